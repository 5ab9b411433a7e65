#!/bin/bash
# A disk image for macOS, from the application that PyInstaller made:
#   packaging/macos/dmg.sh [dist/large-gui.app [OUT_FOLDER]]
# Signed and notarised, so that the Finder opens it without a warning, if these are set:
#   SIGNING_IDENTITY   "Developer ID Application: NAME (TEAM)", a certificate in the keychain
#   NOTARY_PROFILE     what `xcrun notarytool store-credentials NOTARY_PROFILE` has kept: Apple ID, team, password
# Without them it is signed for nobody (ad hoc): people open it by right click, Open.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=${1:-dist/large-gui.app}
out=${2:-dist}

if [ ! -d "$app" ]; then
    echo "There is no $app. Make it first: pyinstaller packaging/pyinstaller/large-gui.spec" >&2
    exit 2
fi
version=$(/usr/libexec/PlistBuddy -c 'Print CFBundleShortVersionString' "$app/Contents/Info.plist")
image=$out/large-gui-$version-$(uname -m).dmg
if [ -e "$image" ]; then
    echo "$image is there already. Give another OUT_FOLDER, or move it away." >&2
    exit 2
fi

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    # From the inside out: what holds a signed file is signed after it.
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print0 |
        while IFS= read -r -d '' file; do
            case $(file -b "$file") in
            Mach-O*)
                codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
                    --sign "$SIGNING_IDENTITY" "$file"
                ;;
            esac
        done
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$SIGNING_IDENTITY" "$app"
else
    echo "SIGNING_IDENTITY is not set: the application is signed for nobody."
fi
codesign --verify --deep --strict "$app"

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
cp -R "$app" "$staged/"
ln -s /Applications "$staged/Applications"
hdiutil create -volname large-gui -srcfolder "$staged" -format UDZO -quiet "$image"

if [ -n "${SIGNING_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$SIGNING_IDENTITY" "$image"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
