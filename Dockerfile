# The daemon as an image: built in one stage, run in another as an unprivileged user.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
# --ignore-scripts leaves the dev dependency "node" without its binary; the image's own Node is new enough.
RUN node scripts/build.ts

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git gpg openssh-client tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json README.md LICENSE CHANGELOG.md ./
COPY bin ./bin
COPY --from=build /build/dist ./dist
RUN mkdir /config && chown node:node /config
USER node
# The configuration is mounted here; the cache lies beside it and may be lost.
WORKDIR /config
ENV NODE_ENV=production
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Half the memory for a busy fleet at hardly any cost of its speed: a small young generation, an old one that grows in smaller
# steps, one heap for the native code of all threads, and freed memory given back to the system (bench/fleet.ts; the variables
# without effect where the C library is not glibc).
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=4", "--heap-growing-percent=40", "/app/bin/helm-gitops.js"]
CMD ["run"]
