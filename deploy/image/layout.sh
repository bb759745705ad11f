#!/bin/sh
# Lays out what the image holds besides Java: the jar in layers, and the native libraries unpacked from their jars, so
# that nothing is unpacked, and nothing can be downloaded, when the service starts.
#
# layout.sh <winnow.jar> <directory to make> <platform: linux-x86_64 or linux-aarch64> <cpu or gpu> [<directory of pip-installed torch>]
set -eu
jar=$1 out=$2 platform=$3 kind=$4 torch=${5:-}
here=$(cd "$(dirname "$0")" && pwd)
jar=$(cd "$(dirname "$jar")" && pwd)/$(basename "$jar")

mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# unpack <jar> <path inside>: prints where the file lies now
unpack() {
    (cd "$work" && jar xf "$1" "$2")
    [ -f "$work/$2" ] || { echo "$(basename "$1") holds no $2" >&2; exit 1; }
    printf '%s' "$work/$2"
}

java -Djarmode=tools -jar "$jar" extract --layers --destination "$work/layers"
mkdir -p "$out/dependencies" "$out/application" "$out/natives" "$out/health" "$out/home/work"
cp -R "$work/layers/dependencies/." "$out/dependencies/"
if [ -d "$work/layers/snapshot-dependencies" ]; then
    cp -R "$work/layers/snapshot-dependencies/." "$out/application/"
fi
cp -R "$work/layers/application/." "$out/application/"
lib=$out/dependencies/lib

engine=$(echo "$lib"/pytorch-jni-*.jar)
version=$(basename "$engine" .jar | sed 's/^pytorch-jni-//')
pytorch=${version%%-*}
djl=${version#*-}
if [ "$kind" = gpu ]; then
    [ "$platform" = linux-x86_64 ] || { echo "the CUDA libraries are there for linux-x86_64 only" >&2; exit 1; }
    found=$(sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$torch/torch/version.py")
    [ "$found" = "$pytorch" ] || { echo "torch is $found where the engine needs $pytorch" >&2; exit 1; }
    # libtorch_cuda.so finds CUDA at ../../nvidia/*/lib: the places relative to each other are kept.
    mkdir -p "$out/natives/torch/lib"
    for file in "$torch"/torch/lib/*.so*; do
        case $(basename "$file") in
            # Python's own, and the loader stub that Python preloads
            libtorch_python.so | libshm.so | libtorch_global_deps.so) ;;
            *) cp "$file" "$out/natives/torch/lib/" ;;
        esac
    done
    (cd "$torch" && find nvidia cusparselt -path '*/lib/*.so*' -type f 2>/dev/null) | while read -r file; do
        mkdir -p "$out/natives/$(dirname "$file")"
        cp "$torch/$file" "$out/natives/$file"
    done
    cp "$(unpack "$engine" "jnilib/$platform/cu128/libdjl_torch.so")" "$out/natives/torch/lib/$djl-libdjl_torch.so"
    # The engine asks the CUDA runtime by its plain name how many devices there are.
    ln -s nvidia/cuda_runtime/lib/libcudart.so.12 "$out/natives/libcudart.so"
else
    mkdir -p "$out/natives/torch/lib"
    (cd "$work" && jar xf "$lib/pytorch-native-cpu-$pytorch-$platform.jar" "pytorch/cpu/$platform")
    cp "$work/pytorch/cpu/$platform"/* "$out/natives/torch/lib/"
    cp "$(unpack "$engine" "jnilib/$platform/cpu/libdjl_torch.so")" "$out/natives/torch/lib/$djl-libdjl_torch.so"
fi
case $platform in
    linux-x86_64) jna=linux-x86-64 ;;
    linux-aarch64) jna=linux-aarch64 ;;
    *) echo "unknown platform $platform" >&2; exit 1 ;;
esac
cp "$(unpack "$(echo "$lib"/jna-[0-9]*.jar)" "com/sun/jna/$jna/libjnidispatch.so")" "$out/natives/"

# Unpacked above; and an image without a database of its own fails to start when it was given none, where one that
# carried the embedded server would work on data that goes away with the container.
rm "$lib"/pytorch-native-*.jar "$lib"/pytorch-jni-*.jar "$lib"/embedded-postgres-binaries-*.jar

cp "$here/java.options" "$out/"
javac -d "$out/health" "$here/HealthCheck.java"

# What each user may read and nobody may write.
chmod -R a=rX,u+w "$out"
