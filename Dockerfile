# syntax=docker/dockerfile:1
#
#   docker build -t winnow .                                              for CPUs, linux/amd64 or linux/arm64
#   docker build -t winnow-gpu --target gpu --platform linux/amd64 .      with CUDA
#   docker buildx build --platform linux/amd64,linux/arm64 -t … --push .  both architectures
#
# A release names each base by its digest: --build-arg RUNTIME_IMAGE=gcr.io/distroless/cc-debian12@sha256:…
ARG JDK_IMAGE=eclipse-temurin:25-jdk-noble
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot
ARG GPU_RUNTIME_IMAGE=debian:12-slim
ARG PYTHON_IMAGE=python:3.12-slim-bookworm
ARG FONTS_IMAGE=debian:12-slim

# The jar. Java runs on the builder's own architecture; only the native libraries are the target's.
FROM --platform=$BUILDPLATFORM ${JDK_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl unzip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY .mvn .mvn
COPY mvnw pom.xml openapi.yaml ./
COPY src/main src/main
ARG TARGETARCH
RUN --mount=type=cache,target=/root/.m2 \
    case "$TARGETARCH" in \
        amd64) natives=linux-x86_64 postgres=linux-amd64 ;; \
        arm64) natives=linux-aarch64 postgres=linux-arm64v8 ;; \
        *) echo "no native libraries for $TARGETARCH" >&2; exit 1 ;; \
    esac \
    && ./mvnw -B -ntp package -Dmaven.test.skip=true \
        -Ddjl.platform=$natives -Dpostgres.binaries=embedded-postgres-binaries-$postgres \
    && echo $natives > target/platform

FROM build AS layout
COPY deploy/image deploy/image
RUN deploy/image/layout.sh target/winnow.jar /layout "$(cat target/platform)" cpu

# PyTorch with CUDA 12.8 as its makers publish it; the wheels of PyPI are built with CUDA 12.6 and load as well.
FROM --platform=linux/amd64 ${PYTHON_IMAGE} AS torch
ARG TORCH_VERSION=2.7.1
ARG TORCH_INDEX=https://download.pytorch.org/whl/cu128
RUN pip install --no-cache-dir --no-compile --target /torch --index-url "$TORCH_INDEX" "torch==$TORCH_VERSION"

FROM build AS layout-gpu
COPY deploy/image deploy/image
RUN --mount=type=bind,from=torch,source=/torch,target=/torch \
    deploy/image/layout.sh target/winnow.jar /layout "$(cat target/platform)" gpu /torch

FROM ${JDK_IMAGE} AS jre
COPY deploy/image/jre.sh /tmp/
RUN sh /tmp/jre.sh /opt/java

# Java draws the plots of evaluations, and has no letters of its own.
FROM ${FONTS_IMAGE} AS fonts
COPY deploy/image /tmp/image
RUN apt-get update && sh /tmp/image/fonts.sh /fonts

FROM ${GPU_RUNTIME_IMAGE} AS gpu
COPY --from=fonts /fonts /
COPY --from=jre /opt/java /opt/java
COPY --from=layout-gpu /layout/natives /opt/winnow/natives
COPY --from=layout-gpu /layout/dependencies /opt/winnow/app
COPY --from=layout-gpu /layout/health /opt/winnow/health
COPY --from=layout-gpu /layout/java.options /opt/winnow/java.options
COPY --from=layout-gpu /layout/application /opt/winnow/app
COPY --from=layout-gpu --chown=65534:65534 /layout/home /var/lib/winnow
ENV LANG=C.UTF-8 \
    SERVER_ADDRESS=0.0.0.0 \
    WINNOW_HOME=/var/lib/winnow \
    WINNOW_WORK_DIR=/var/lib/winnow/work \
    WINNOW_DATA_ROOTS=/data \
    LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs \
    PYTORCH_LIBRARY_PATH=/opt/winnow/natives/torch/lib \
    PYTORCH_FLAVOR=cu128 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    DJL_CACHE_DIR=/var/lib/winnow/djl \
    ENGINE_CACHE_DIR=/var/lib/winnow/djl \
    DJL_OFFLINE=true \
    OPT_OUT_TRACKING=true
VOLUME ["/var/lib/winnow"]
EXPOSE 8080
USER 65534:65534
WORKDIR /var/lib/winnow
HEALTHCHECK --interval=15s --timeout=6s --start-period=90s --retries=4 \
    CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/opt/winnow/health", "HealthCheck"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/winnow/java.options", "-jar", "/opt/winnow/app/winnow.jar"]

# The last stage is what is built when no target is named.
FROM ${RUNTIME_IMAGE} AS cpu
COPY --from=fonts /fonts /
COPY --from=jre /opt/java /opt/java
COPY --from=layout /layout/natives /opt/winnow/natives
COPY --from=layout /layout/dependencies /opt/winnow/app
COPY --from=layout /layout/health /opt/winnow/health
COPY --from=layout /layout/java.options /opt/winnow/java.options
COPY --from=layout /layout/application /opt/winnow/app
COPY --from=layout --chown=65534:65534 /layout/home /var/lib/winnow
ENV LANG=C.UTF-8 \
    SERVER_ADDRESS=0.0.0.0 \
    WINNOW_HOME=/var/lib/winnow \
    WINNOW_WORK_DIR=/var/lib/winnow/work \
    WINNOW_DATA_ROOTS=/data \
    LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs \
    PYTORCH_LIBRARY_PATH=/opt/winnow/natives/torch/lib \
    PYTORCH_FLAVOR=cpu \
    DJL_CACHE_DIR=/var/lib/winnow/djl \
    ENGINE_CACHE_DIR=/var/lib/winnow/djl \
    DJL_OFFLINE=true \
    OPT_OUT_TRACKING=true
VOLUME ["/var/lib/winnow"]
EXPOSE 8080
USER 65534:65534
WORKDIR /var/lib/winnow
HEALTHCHECK --interval=15s --timeout=6s --start-period=90s --retries=4 \
    CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/opt/winnow/health", "HealthCheck"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/winnow/java.options", "-jar", "/opt/winnow/app/winnow.jar"]
