#!/usr/bin/env bash
# Checks the chart and the Compose file by the tools that will read them: helm lint and template for each file of values
# under helm/winnow/ci, kubeconform against the schemas of Kubernetes and of the custom resources, and Compose's parser.
# The rendered manifests stay in target/helm, where ChartTests reads them.
#
# Needs Go, whose module proxy is where helm, kubeconform, the parser and the schemas come from; each is fetched or built
# once into WINNOW_TOOLS (default ~/.cache/winnow-tools). tools/deploy/check.sh --tools stops after that; --promtool also
# builds promtool, by which the alerts are tried out, now and in later calls.
set -euo pipefail
cd "$(dirname "$0")/../.."

HELM=v3.22.0
KUBECONFORM=v0.8.0
KUBERNETES=v1.34.2
KEDA=v2.21.0
PROMETHEUS_OPERATOR=v0.85.0
GATEWAY_API=v1.6.3
PROMETHEUS=v0.305.0

tools=${WINNOW_TOOLS:-$HOME/.cache/winnow-tools}
command -v go >/dev/null || { echo "go is not there: the chart and the Compose file stay unchecked"; exit 0; }
mkdir -p "$tools/bin"

# built <name> <version> <package>: builds a program, unless this version is there
built() {
    [ -x "$tools/bin/$1-$2" ] && return
    echo "building $1 $2"
    GOBIN=$tools/bin go install -ldflags '-s -w' "$3@$2"
    mv "$tools/bin/$1" "$tools/bin/$1-$2"
}
# promtool's module replaces others, so that it cannot be installed by its name: it is built as a dependency of an empty one.
promtool() {
    [ -x "$tools/bin/promtool-$PROMETHEUS" ] && return
    echo "building promtool $PROMETHEUS"
    local module
    module=$(mktemp -d)
    printf '//go:build tools\npackage tools\n\nimport _ "github.com/prometheus/prometheus/cmd/promtool"\n' >"$module/tools.go"
    (cd "$module" && go mod init tools && go mod edit -require="github.com/prometheus/prometheus@$PROMETHEUS" \
        && go mod tidy && go build -ldflags '-s -w' -o "$tools/bin/promtool-$PROMETHEUS" \
            github.com/prometheus/prometheus/cmd/promtool) >/dev/null 2>&1
    rm -rf "$module"
}
built helm $HELM helm.sh/helm/v3/cmd/helm
built kubeconform $KUBECONFORM github.com/yannh/kubeconform/cmd/kubeconform
ln -sf helm-$HELM "$tools/bin/helm"
ln -sf kubeconform-$KUBECONFORM "$tools/bin/kubeconform"
(cd tools/deploy/checks && GOBIN=$tools/bin go install ./...)

schemas=$tools/schemas-2-$KUBERNETES-$KEDA-$PROMETHEUS_OPERATOR-$GATEWAY_API
if [ ! -d "$schemas" ]; then
    module() { (cd / && go mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }
    kubernetes=$(module k8s.io/kubernetes@$KUBERNETES)
    keda=$(module github.com/kedacore/keda/v2@$KEDA)
    operator=$(module github.com/prometheus-operator/prometheus-operator@$PROMETHEUS_OPERATOR)
    gateway=$(module sigs.k8s.io/gateway-api@$GATEWAY_API)
    rm -rf "$schemas.new"
    "$tools/bin/schemas" "$schemas.new" "$kubernetes/api/openapi-spec/swagger.json" \
        "$keda/config/crd/bases/keda.sh_scaledobjects.yaml" \
        "$keda/config/crd/bases/keda.sh_triggerauthentications.yaml" \
        "$operator/example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml" \
        "$operator/example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml" \
        "$gateway/config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"
    mv "$schemas.new" "$schemas"
fi
[ "${1:-}" = --tools ] && exit 0

helm=$tools/bin/helm
conforms() {
    "$tools/bin/kubeconform" -strict -summary -kubernetes-version "${KUBERNETES#v}" \
        -schema-location "$schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$@"
}
refused() { # refused <what> <command>: what must be refused, so that the checks are known to check
    if "${@:2}" >/dev/null 2>&1; then
        echo "not refused: $1" >&2
        exit 1
    fi
}

rm -rf target/helm
mkdir -p target/helm
for values in helm/winnow/ci/*-values.yaml; do
    case=$(basename "$values" -values.yaml)
    "$helm" lint --strict --quiet helm/winnow -f "$values" --kube-version "${KUBERNETES#v}"
    "$helm" template winnow helm/winnow --namespace winnow -f "$values" --kube-version "${KUBERNETES#v}" \
        >"target/helm/$case.yaml"
    printf '%-20s ' "$case"
    conforms "target/helm/$case.yaml"
done

broken=$(mktemp --suffix=.yaml)
trap 'rm -f "$broken"' EXIT
for change in 's/minReplicas: 2/minReplicas: two/' 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' \
    's/terminationGracePeriodSeconds: 60/terminationGracePeriodSeconds: null/' 's/claimName: .*/claim: x/' \
    's/maxReplicaCount/maxReplicas/' 's/averageUtilization: .*/averageUtilization: high/'; do
    sed "$change" target/helm/keda.yaml >"$broken"
    refused "a manifest changed by $change" conforms "$broken"
done
for value in api.replica=3 worker.gpu.count=0 podSecurityContext.runAsNonRoot=false ingress.enabled=true \
    'datasets[0].name=a,datasets[0].volume.hostPath.path=/' 'datasets[0].name=a,datasets[0].volume.nfs.path=/' workDir.accessModes[0]=Any \
    postgresql.enabled=false auth.jwt.issuerUri=https://issuer.example auth.jwt.issuerUri=http://issuer.example \
    logFormat=xml tracing.endpoint=collector:4318; do
    refused "the value $value" "$helm" template winnow helm/winnow --set "$value"
done
echo "6 broken manifests and 12 wrong sets of values are refused"

if [ -x "$tools/bin/promtool-$PROMETHEUS" ] || [ "${1:-}" = --promtool ]; then
    promtool
    "$tools/bin/promtool-$PROMETHEUS" check rules helm/winnow/files/alerts.yml
    "$tools/bin/promtool-$PROMETHEUS" test rules tools/deploy/alerts-test.yml
else
    echo "the alerts are not tried out: tools/deploy/check.sh --promtool builds promtool, which takes minutes"
fi

"$tools/bin/compose" docker-compose.yml >target/helm/compose.json
sed 's/^services:/service:/' docker-compose.yml >"$broken"
refused "a Compose file without services" "$tools/bin/compose" "$broken"
echo "docker-compose.yml is read by Compose's parser, with all profiles"
