FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      libhiredis-dev libsqlite3-dev libssl-dev libcmark-gfm-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies change seldom: they are fetched in a layer of their own.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Benchmarks Benchmarks
COPY Tests Tests
RUN swift build -c release --product carrel --static-swift-stdlib \
    && cp "$(swift build -c release --product carrel --static-swift-stdlib --show-bin-path)/carrel" /carrel \
    && strip /carrel

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libhiredis0.14 libsqlite3-0 libssl3 libcmark-gfm0.29.0.gfm.6 && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home carrel && mkdir -p /app/data && chown carrel:carrel /app/data
COPY --from=build /carrel /usr/local/bin/carrel
USER carrel
WORKDIR /app
VOLUME /app/data
ENV MODE=space MCP_TRANSPORT=http MCP_PORT=7860 VAULT_BASE_PATH=/app/data/vaults DATABASE_PATH=/app/data/index.db
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["carrel", "health"]
CMD ["carrel", "serve"]
