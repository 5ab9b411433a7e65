#!/bin/sh
# One file that runs on most Linuxes, from the folder that PyInstaller made:
#   packaging/linux/appimage.sh [dist/large-gui [OUT_FOLDER]]
# It makes OUT_FOLDER/large-gui.AppDir, which runs as it is, and with appimagetool on the PATH
# (https://github.com/AppImage/appimagetool/releases) OUT_FOLDER/large-gui-VERSION-MACHINE.AppImage.
# Build on the oldest Linux that is to be served: programs run with its C library or a newer one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
id=io.github.large_gui.large_gui
program=${1:-dist/large-gui}
out=${2:-dist}
folder=$out/large-gui.AppDir

if [ ! -x "$program/large-gui" ]; then
    echo "There is no program in $program. Make it first: pyinstaller packaging/pyinstaller/large-gui.spec" >&2
    exit 2
fi
if [ -e "$folder" ]; then
    echo "$folder is there already. Give another OUT_FOLDER, or move it away." >&2
    exit 2
fi
mkdir -p "$folder/usr/lib" "$folder/usr/bin"
cp -a "$program" "$folder/usr/lib/large-gui"
ln -s ../lib/large-gui/large-gui "$folder/usr/bin/large-gui"
DESTINATION_IS_A_PACKAGE=yes "$here/install.sh" "$folder/usr"
cp "$here/AppRun" "$folder/AppRun"
chmod 755 "$folder/AppRun"
cp "$here/$id.desktop" "$folder/"
cp "$here/../icons/large-gui-256.png" "$folder/$id.png"
ln -s "$id.png" "$folder/.DirIcon"
echo "$folder runs: $folder/AppRun"

if ! command -v appimagetool >/dev/null; then
    echo "For one file, put appimagetool on the PATH: https://github.com/AppImage/appimagetool/releases"
    exit 0
fi
machine=$(uname -m)
version=$("$folder/AppRun" --version | cut -d ' ' -f 2)
image=$out/large-gui-$version-$machine.AppImage
ARCH=$machine appimagetool "$folder" "$image"
echo "$image"
