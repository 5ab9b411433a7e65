#!/bin/bash
# Codes of many images by Ray on several machines of Slurm: the first starts Ray, the others join it.
#
#   sbatch --nodes=4 slurm_ray.sh /data/photos /data/codes
#
#SBATCH --job-name=large-gui-ray
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --time=12:00:00
#SBATCH --output=large-gui-ray-%j.log
# With graphics cards on every machine:
##SBATCH --gpus-per-node=4

set -euo pipefail
images=$1 codes=$2 model=${3:-faces}
export RAY_USAGE_STATS_ENABLED=0 # nothing is sent to anybody
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
address=$head:6379

srun --nodes=1 --ntasks=1 -w "$head" \
    ray start --head --port=6379 --num-cpus="$SLURM_CPUS_PER_TASK" --include-dashboard=false --block &
sleep 20
if [ "$SLURM_JOB_NUM_NODES" -gt 1 ]; then
    srun --nodes=$((SLURM_JOB_NUM_NODES - 1)) --ntasks=$((SLURM_JOB_NUM_NODES - 1)) --exclude "$head" \
        ray start --address="$address" --num-cpus="$SLURM_CPUS_PER_TASK" --block &
    sleep 20
fi
srun --overlap --nodes=1 --ntasks=1 -w "$head" \
    large-gui invert "$images" --model "$model" --out "$codes" --engine ray --address "$address" --progress lines
