#!/usr/bin/env bash
# The second half of prove-image.sh, inside its namespaces: mounts, PostgreSQL, the service and what is asked of it.
set -euo pipefail
say() { printf '%-44s %s\n' "$1" "$2"; }
die() { say "FAILED" "$1"; tail -n 40 "$proof/service.log" 2>/dev/null || true; exit 1; }

ip link set lo up
[ -z "$(ip route show)" ] || die "the namespace has routes"

# --- PostgreSQL, beside the image and not in it
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
install -d -o postgres "$proof/pg"
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups env -i PATH="$bin:/usr/bin:/bin" LANG=C.UTF-8 "$@"; }
as_postgres initdb -D "$proof/pg/data" -U postgres -A scram-sha-256 --pwfile="$proof/secrets/spring.datasource.password" \
    >/dev/null
as_postgres pg_ctl -D "$proof/pg/data" -w -l "$proof/pg/log" \
    -o "-c listen_addresses=127.0.0.1 -c unix_socket_directories=$proof/pg" start >/dev/null
trap 'as_postgres pg_ctl -D "$proof/pg/data" -m immediate stop >/dev/null 2>&1 || true' EXIT
PGPASSWORD=$(cat "$proof/secrets/spring.datasource.password") psql -qh 127.0.0.1 -U postgres -c 'create database winnow'

# --- The mounts that a container engine makes: everything read-only but the two volumes
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero random urandom; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o mode=1777,noexec,nosuid,size=512m tmp "$root/tmp"
mkdir -p "$proof/volume"
cp -a "$root/var/lib/winnow/." "$proof/volume/"
chown "$user" "$proof/volume"
mount --bind "$proof/volume" "$root/var/lib/winnow"
mount -o remount,bind,noexec,nosuid,nodev "$root/var/lib/winnow"
if [ -d "$data" ]; then
    mount --bind "$data" "$root/data"
    mount -o remount,bind,ro "$root/data"
fi
mount --bind "$proof/secrets" "$root/run/secrets"
mount --bind "$proof/probe" "$root/probe"
mount -o remount,bind,ro "$root"

# What runs words as the image's user, from the image's root, with the image's environment. Each of these programs becomes
# the next, so the process keeps its id.
# shellcheck disable=SC2206 # the environment is words on purpose
contained=(env -i $environment
    SPRING_DATASOURCE_URL=jdbc:postgresql://127.0.0.1:5432/winnow SPRING_DATASOURCE_USERNAME=postgres
    SPRING_CONFIG_IMPORT=configtree:/run/secrets/ WINNOW_MODELS_TORCHSCRIPT_ENABLED=true
    /usr/bin/setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid
    /usr/bin/unshare --root="$root" --wd=/var/lib/winnow --setgid="${user#*:}" --setuid="${user%:*}")

probe=$("${contained[@]}" /opt/java/bin/java @/opt/winnow/java.options --enable-native-access=ALL-UNNAMED \
    -cp '/probe:/opt/winnow/app/lib/*' Probe 2>"$proof/service.log" | tail -1) || die "the engine does not load"
say "engine" "$probe"
[[ $probe == *"the product is right"* ]] || die "the engine does not compute"
[[ $probe == *"letters are drawn" ]] || die "Java draws no letters"

started=$(date +%s%N)
# shellcheck disable=SC2086
"${contained[@]}" $entrypoint >"$proof/service.log" 2>&1 &
service=$!
until curl -sf http://127.0.0.1:8080/actuator/health/readiness >/dev/null; do
    kill -0 $service 2>/dev/null || die "the service ended"
    [ $(($(date +%s%N) - started)) -lt 180000000000 ] || die "not ready after three minutes"
    sleep 0.2
done
say "ready after" "$((($(date +%s%N) - started) / 1000000)) ms"
say "health" "$(curl -s http://127.0.0.1:8080/actuator/health)"
say "process" "$(awk '/^(Uid|Gid|CapEff|NoNewPrivs):/ { printf "%s%s ", $1, $2 }' /proc/$service/status)"
[ "$(awk '/^Uid:/ { print $2 }' /proc/$service/status)" = "${user%:*}" ] || die "runs as another user"
[ "$(awk '/^CapEff:/ { print $2 }' /proc/$service/status)" = 0000000000000000 ] || die "has capabilities"

# shellcheck disable=SC2086
"${contained[@]}" $health || die "the health check says no to a service that is up"
say "health check" "says yes"
grep -q "rw" <(grep " $root " /proc/self/mountinfo | cut -d' ' -f6) && die "the root can be written"
outside=$(awk '/\.so/ { print $6 }' /proc/$service/maps | sort -u | grep -vF "$root/" || true)
say "libraries from outside of the image" "${outside:-none}"
[ -z "$outside" ] || die "the service is not what the image holds"
say "root" "read-only"

# --- A job, from the registered dataset to the ids to keep
key="Authorization: Bearer $(cat "$proof/secrets/winnow.security.keys.admin.value")"
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/jobs)" = 401 ] || die "the door is open"
say "without a key" "401"
status() { curl -s -H "$key" -o "$proof/body" -w '%{http_code}' "$@"; }
post() { status -H 'Content-Type: application/json' "http://127.0.0.1:8080/$1" -d "$2"; }
field() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p" "$proof/body" | head -1; }
# Waits until a job is done.
succeeds() {
    until [ "$(status "http://127.0.0.1:8080/$1")" = 200 ] && [ "$(field status)" = SUCCEEDED ]; do
        [ "$(field status)" != FAILED ] || die "$1: $(cat "$proof/body")"
        [ $(($(date +%s%N) - started)) -lt 1200000000000 ] || die "$1: still $(field status)"
        sleep 1
    done
}
if [ -d "$data" ] && [ "$(status http://127.0.0.1:8080/jobs)" = 200 ]; then
    code=$(post datasets '{"name": "fashion", "format": "idx", "location": "/data"}')
    [ "$code" = 201 ] || [ "$code" = 202 ] || die "dataset: $code $(cat "$proof/body")"
    until [ "$(status http://127.0.0.1:8080/datasets/fashion)" = 200 ] && [ "$(field state)" = READY ]; do
        [ "$(field state)" != FAILED ] || die "dataset: $(cat "$proof/body")"
        sleep 0.5
    done
    code=$(post models '{"name": "mlp", "architecture": "mlp"}')
    [ "$code" = 201 ] || die "model: $code $(cat "$proof/body")"
    code=$(post jobs '{"dataset": "fashion", "model": "mlp", "methods": ["el2n"], "runs": 1, "epochs": 1}')
    [ "$code" = 202 ] || [ "$code" = 201 ] || die "job: $code $(cat "$proof/body")"
    succeeds "jobs/$(field id)"
    say "job" "SUCCEEDED"
    [ "$(status 'http://127.0.0.1:8080/subsets?ratio=0.3')" = 200 ] || die "subset: $(cat "$proof/body")"
    say "subset" "$(field size) of $(field total) samples kept at ratio 0.3"
    scores=$(field scoreSet)

    # --- A model that is code, in a confined process of its own
    code=$(status -F 'metadata={"name": "mine", "initialise": "reset"}' -F "file=@$script" http://127.0.0.1:8080/models)
    [ "$code" = 201 ] || die "upload: $code $(cat "$proof/body")"
    code=$(post jobs '{"dataset": "fashion", "model": "mine", "methods": ["el2n"], "runs": 1, "epochs": 1}')
    [ "$code" = 202 ] || die "job of the uploaded model: $code $(cat "$proof/body")"
    succeeds "jobs/$(field id)"
    say "job of an uploaded model" "SUCCEEDED"

    # --- Plots, for which Java needs letters
    code=$(post evaluations "{\"dataset\": \"fashion\", \"model\": \"mlp\", \"scoreSets\": [\"$scores\"], \"ratios\": [0.1],
        \"runs\": 1, \"epochs\": 1}")
    [ "$code" = 202 ] || die "evaluation: $code $(cat "$proof/body")"
    evaluation=$(field id)
    succeeds "evaluations/$evaluation"
    for kind in svg png; do
        code=$(status "http://127.0.0.1:8080/evaluations/$evaluation/plot.$kind")
        [ "$code" = 200 ] || die "plot.$kind: $code $(cat "$proof/body")"
        say "plot.$kind" "$(stat -c %s "$proof/body") bytes"
    done
    outside=$(awk '/\.so/ { print $6 }' /proc/$service/maps | sort -u | grep -vF "$root/" || true)
    [ -z "$outside" ] || die "drawn by libraries from outside of the image: $outside"
else
    say "job" "not tried: no data, or this build has no jobs"
fi

curl -s -H "$key" http://127.0.0.1:8080/actuator/prometheus >"$proof/metrics"
missing=$(grep -oE '\b(process|http|hikaricp|jvm|disk|logback)_[a-z_]+' deploy/grafana/dashboards/winnow.json | sort -u |
    while read -r metric; do grep -q "^$metric[{ ]" "$proof/metrics" || echo "$metric"; done)
say "metrics of the dashboard" "${missing:-all there}"
[ -z "$missing" ] || die "the dashboard shows metrics that are not there"

stopping=$(date +%s%N)
kill -TERM $service
code=0
wait $service || code=$?
say "after SIGTERM" "ended with $code in $((($(date +%s%N) - stopping) / 1000000)) ms"
[ $code = 143 ] || [ $code = 0 ] || die "an unclean end"
say "PROVED" "$stage"
