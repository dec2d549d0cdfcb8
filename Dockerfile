# syntax=docker/dockerfile:1
# One image for every service: `frontdesk web`, `api`, `ai`, or `serve` for everything in one.
# BuildKit is needed (it is the default of Docker 23 and later).

# Other base images, such as those of a mirror: --build-arg BUILD_IMAGE=… The runtime needs glibc and nothing else.
ARG BUILD_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# What was compiled stays in the cache mounts: dependencies are compiled once, also after Cargo.lock has changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo xtask ui \
    && cargo build --release --locked --package frontdesk \
    && install -D target/release/frontdesk /out/frontdesk \
    && install -d -m 0700 /out/data

FROM ${RUNTIME_IMAGE} AS runtime
COPY --from=build /out/frontdesk /usr/local/bin/frontdesk
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DATA_DIR=/data \
    LISTEN_ADDR=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/frontdesk", "probe"]
ENTRYPOINT ["/usr/local/bin/frontdesk"]
CMD ["serve"]
