FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
      libhiredis-dev libsqlite3-dev libssl-dev libcmark-gfm-dev python3 \
    && rm -rf /var/lib/apt/lists/*
# A third of the program would be languages that it does not speak.
COPY deploy/image/trim-icu /usr/local/bin/
RUN trim-icu "$(dirname "$(command -v swiftc)")/../lib/swift_static/linux/lib_FoundationICU.a"
WORKDIR /src
# Dependencies change seldom: fetched and compiled, they are kept between builds.
COPY Package.swift ./
RUN --mount=type=cache,target=/src/.build,sharing=locked swift package resolve
COPY deploy/image/skeleton deploy/image/build ./
COPY Sources Sources
RUN --mount=type=cache,target=/src/.build,sharing=locked ./skeleton && ./build

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
      ca-certificates libhiredis0.14 libsqlite3-0 libssl3 libcmark-gfm0.29.0.gfm.6 \
    && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/debconf/*-old \
    && useradd --uid 1000 --create-home carrel \
    && install -d -o carrel -g carrel /app/data
COPY --from=build /src/carrel /usr/local/bin/carrel
USER carrel
WORKDIR /app
VOLUME /app/data
ENV MODE=space MCP_TRANSPORT=http MCP_HOST=0.0.0.0 MCP_PORT=7860 \
    VAULT_BASE_PATH=/app/data/vaults DATABASE_PATH=/app/data/index.db
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["carrel", "health"]
CMD ["carrel", "serve"]
