#!/usr/bin/env bash
# Proves the image where no container engine is at hand: assembles its file system by the Dockerfile's own commands and
# runs the service from it as the image's user, on a read-only root, without capabilities, in a network namespace without
# routes, against an external PostgreSQL.
#
#   tools/deploy/prove-image.sh [cpu|gpu]
#
# Needs root, Debian or Ubuntu with postgresql, curl and util-linux; a JDK with jlink (JAVA_HOME) and target/winnow.jar.
# For gpu: TORCH_DIR, where pip put torch. DATA is a directory with Fashion-MNIST as IDX files (default: its Debian place);
# without it no job is tried.
set -euo pipefail
cd "$(dirname "$0")/../.."

stage=${1:-cpu}
data=${DATA:-/usr/share/datasets/fashion-mnist}
: "${JAVA_HOME:?a JDK with jlink}"
[ -f target/winnow.jar ] || { echo "build target/winnow.jar first: ./mvnw package -DskipTests" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "needs root to mount, to change the root and to become another user" >&2; exit 1; }
export PATH=$JAVA_HOME/bin:$PATH
case $(uname -m) in
    x86_64) platform=linux-x86_64 ;;
    aarch64) platform=linux-aarch64 ;;
esac

proof=$(mktemp -d /tmp/winnow-proof.XXXXXX)
chmod 755 "$proof"
trap 'rm -rf "$proof"' EXIT
root=$proof/root
say() { printf '%-44s %s\n' "$1" "$2"; }

# --- The stages that the Dockerfile copies from
layout=layout
[ "$stage" = cpu ] || layout=layout-gpu
mkdir -p "$proof/stage/jre/opt" "$proof/stage/$layout"
sh deploy/image/jre.sh "$proof/stage/jre/opt/java"
deploy/image/layout.sh target/winnow.jar "$proof/stage/$layout/layout" $platform "$stage" ${TORCH_DIR:+"$TORCH_DIR"}
sh deploy/image/fonts.sh "$proof/stage/fonts/fonts"

# --- The base image: the Debian packages that gcr.io/distroless/cc-debian12 holds
mkdir -p "$root"/{proc,dev,tmp,data,run/secrets,probe,var/lib/winnow} "$proof/packages"
(
    cd "$proof/packages"
    apt-get download -qq base-files netbase tzdata libc6 libssl3 ca-certificates libgcc-s1 libgomp1 libstdc++6 2>/dev/null
    for package in *.deb; do dpkg -x "$package" "$root"; done
)
printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
say "base" "$(du -sh "$root" | cut -f1), Debian $(sed -n 's/^VERSION_ID="\(.*\)"/\1/p' "$root/etc/os-release" 2>/dev/null || true)"

# --- COPY, ENV, USER and ENTRYPOINT of the stage, read from the Dockerfile
instructions=$(awk -v stage="$stage" '
    /^FROM / { inside = ($NF == stage) }
    inside { if (sub(/\\$/, "")) { printf "%s", $0 } else { print } }' Dockerfile)
while read -r from owner source target; do
    if [ -d "$proof/stage/$from$source" ]; then
        mkdir -p "$root$target"
        cp -R "$proof/stage/$from$source/." "$root$target/"
    else
        cp "$proof/stage/$from$source" "$root$target"
    fi
    [ "$owner" = - ] || chown -R "$owner" "$root$target"
    say "copied $target" "$(du -sh "$proof/stage/$from$source" | cut -f1)"
done < <(sed -nE 's/^COPY --from=(\S+) (--chown=(\S+) )?(\S+) (\S+)$/\1 \3 \4 \5/p' <<<"$instructions" |
    awk 'NF == 3 { print $1, "-", $2, $3; next } { print }')
environment=$(sed -n 's/^ENV //p' <<<"$instructions")
user=$(sed -n 's/^USER //p' <<<"$instructions")
json_words() { sed -n "s/^ *$1 \[\(.*\)\]/\1/p" <<<"$instructions" | tr -d '",'; }
entrypoint=$(json_words ENTRYPOINT)
health=$(sed -n 's/^HEALTHCHECK.*CMD \[\(.*\)\]/\1/p' <<<"$instructions" | tr -d '",')
say "image in all" "$(du -sh "$root" | cut -f1) ($stage)"

# libcaffe2_nvrtc.so needs libcuda.so.1, which is the driver's and comes from the host: without one it is left out here,
# and what is proved is that all the rest loads.
if [ "$stage" = gpu ] && [ ! -e /dev/nvidiactl ]; then
    rm "$root/opt/winnow/natives/torch/lib/libcaffe2_nvrtc.so"
    say "no NVIDIA driver" "without libcaffe2_nvrtc.so, on the CPU"
fi

# --- A probe that loads the engine, and the password as a file named as its property
mkdir -p "$proof/probe" "$proof/secrets"
cat >"$proof/Probe.java" <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

public class Probe {
    public static void main(String[] arguments) {
        Engine engine = Engine.getInstance();
        try (NDManager manager = engine.newBaseManager(ai.djl.Device.cpu())) {
            float sum = manager.ones(new ai.djl.ndarray.types.Shape(64, 64))
                    .matMul(manager.ones(new ai.djl.ndarray.types.Shape(64, 64))).sum().getFloat();
            System.out.println(engine.getEngineName() + " " + engine.getVersion() + " " + ai.djl.pytorch.jni.LibUtils.getLibtorchPath()
                    + (sum == 64f * 64 * 64 ? ", the product is right" : ", the product is WRONG")
                    + (dark() > 20 ? ", letters are drawn" : ", NO LETTERS"));
        }
    }

    /** Dark pixels of a few letters, which take a font. */
    static int dark() {
        var image = new java.awt.image.BufferedImage(100, 30, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
        var graphics = image.createGraphics();
        graphics.setColor(java.awt.Color.WHITE);
        graphics.fillRect(0, 0, 100, 30);
        graphics.setColor(java.awt.Color.BLACK);
        graphics.setFont(new java.awt.Font(java.awt.Font.SANS_SERIF, java.awt.Font.PLAIN, 14));
        graphics.drawString("ratio kept", 5, 20);
        int dark = 0;
        for (int i = 0; i < 3000; i++) {
            dark += image.getRaster().getSample(i % 100, i / 100, 0) < 128 ? 1 : 0;
        }
        return dark;
    }
}
JAVA
javac -cp "$root/opt/winnow/app/lib/*" -d "$proof/probe" "$proof/Probe.java"
od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$proof/secrets/spring.datasource.password"
chmod 644 "$proof/secrets/spring.datasource.password"
printf 'wnw_%s' "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >"$proof/secrets/winnow.security.keys.admin.value"
chmod 644 "$proof/secrets/winnow.security.keys.admin.value"

script=$PWD/src/test/resources/torchscript/small-2.7.pt
export proof root environment user entrypoint health data stage script
unshare --mount --net --pid --fork --mount-proc bash tools/deploy/prove-image-inside.sh
