#!/bin/bash
# Codes of many images by an array of Slurm jobs, without Ray. Every job computes its share of the parts.
#
#   sbatch --array=1-16 slurm_array.sh /data/photos /data/codes
#
# A job that was stopped goes on where it was when it is sent again; to send single ones again, say how many
# there are: SHARDS=16 sbatch --array=3,7 slurm_array.sh /data/photos /data/codes
# The folder of images and that of the codes must lie where every machine sees them.
#SBATCH --job-name=large-gui
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --output=large-gui-%A_%a.log
# With graphics cards, one for each job:
##SBATCH --gpus=1

set -euo pipefail
images=$1 codes=$2 model=${3:-faces}
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK

srun large-gui invert "$images" --model "$model" --out "$codes" \
    --shard "$SLURM_ARRAY_TASK_ID/${SHARDS:-$SLURM_ARRAY_TASK_MAX}" --progress lines
