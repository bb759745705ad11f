#!/bin/sh
# Lays out what Java needs to draw letters, as a file system to be copied over the image's: fontconfig with the libraries
# that it is linked to, two faces of DejaVu, and which of them stands for which family. Debian's packages are unpacked, not
# installed.
#
# fonts.sh <directory to make>
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chmod 755 "$work"
cd "$work"
apt-get download -qq libfontconfig1 libfreetype6 libexpat1 libpng16-16 libbrotli1 zlib1g fonts-dejavu-core
for package in *.deb; do dpkg-deb -x "$package" root; done
triplet=$(basename "$(dirname "$(find root/usr/lib -name 'libfontconfig.so.1')")")

mkdir -p "$out/usr/lib/$triplet" "$out/usr/share/fonts/dejavu" "$out/etc/fonts"
out=$(cd "$out" && pwd)
for library in libfontconfig.so.1 libfreetype.so.6 libexpat.so.1 libpng16.so.16 libbrotlidec.so.1 libbrotlicommon.so.1 libz.so.1; do
    found=$(find root -name "$library")
    [ -n "$found" ] || { echo "Debian's packages hold no $library" >&2; exit 1; }
    cp -L "$found" "$out/usr/lib/$triplet/$library"
done
cp root/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf root/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf \
    "$out/usr/share/fonts/dejavu/"
mkdir -p "$out/usr/share/doc/fonts-dejavu-core"
cp root/usr/share/doc/fonts-dejavu-core/copyright "$out/usr/share/doc/fonts-dejavu-core/"
cp "$here/fonts.conf" "$out/etc/fonts/"
chmod -R a=rX,u+w "$out"
