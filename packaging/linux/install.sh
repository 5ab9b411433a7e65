#!/bin/sh
# Put the menu entry, the icons and the file type of projects where desktops look for them:
#   packaging/linux/install.sh [PREFIX]          for one person: ~/.local (the default); for all: /usr/local
#   packaging/linux/install.sh --remove [PREFIX]
# large-gui itself has to be on the PATH: pipx, or a link to the frozen program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
id=io.github.large_gui.large_gui

remove=
if [ "${1:-}" = --remove ]; then
    remove=yes
    shift
fi
share=${1:-$HOME/.local}/share

# Copies $1 to $2, or takes $2 away.
place() {
    if [ -n "$remove" ]; then
        rm -f "$2"
    else
        mkdir -p "$(dirname "$2")"
        cp "$1" "$2"
        chmod 644 "$2"
    fi
}

place "$here/$id.desktop" "$share/applications/$id.desktop"
place "$here/$id.metainfo.xml" "$share/metainfo/$id.metainfo.xml"
place "$here/$id.mime.xml" "$share/mime/packages/$id.xml"
place "$here/../../resources/icons/app.svg" "$share/icons/hicolor/scalable/apps/$id.svg"
for size in 16 24 32 48 64 128 256 512; do
    place "$here/../icons/large-gui-$size.png" "$share/icons/hicolor/${size}x$size/apps/$id.png"
done

# What desktops keep of these folders is made again; a package that is built has none yet.
[ -n "${DESTINATION_IS_A_PACKAGE:-}" ] && exit 0
if command -v update-mime-database >/dev/null; then update-mime-database "$share/mime"; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database "$share/applications"; fi
if command -v gtk-update-icon-cache >/dev/null; then
    gtk-update-icon-cache --quiet --ignore-theme-index "$share/icons/hicolor" || true
fi
