# Two images from one file:
#   docker build .                          the service (target `production`, the last one)
#   docker build --target local-cognito .   the local Cognito, for development only

# The official image by its tag. For reproducible builds, name the digest, too:
#   docker buildx imagetools inspect node:24-bookworm-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:... .
ARG NODE_IMAGE=node:24-bookworm-slim

# This stage compiles everything. Its packages do not reach the images.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# The packages that the service needs at run time, without types, source maps, tests and documents. The licences stay:
# most of them must accompany every copy.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules -regextype posix-extended -type d \
      -regex '(.*/)?node_modules/(@[^/]+/)?[^/@]+/(test|tests|examples|benchmarks?|docs)' -prune -exec rm -r {} + \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \
      -o -name '*.md' ! -iname 'licen[cs]e*' \) -delete

# Node on Debian without the tools that only builds use. npm and yarn would be the largest unused part of the image,
# with dependencies and advisories of their own. No file keeps a setuid or setgid bit.
FROM ${NODE_IMAGE} AS trimmed
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /usr/local/share /opt/* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
      /var/lib/apt/lists/* /var/cache/apt/* /root/.npm /tmp/* \
      /usr/share/doc /usr/share/man /usr/share/locale /usr/share/info /usr/lib/*-linux-gnu/gconv \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 # A volume inherits this owner. Local runs keep photos here; in production they are in a bucket.
 && install -d -o 1000 -g 1000 /var/lib/photos

# From scratch: a file that a later layer deletes would stay in the image.
FROM scratch AS runtime
COPY --from=trimmed / /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /app
COPY package.json ./
# The user `node` of the official image, by number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000

# The local Cognito needs only Node. It refuses to start with NODE_ENV=production.
FROM runtime AS local-cognito
COPY --from=build /app/dist/emulator dist/emulator
ENV NODE_ENV=development LOCAL_COGNITO_HOST=0.0.0.0 LOCAL_COGNITO_PORT=9229
EXPOSE 9229
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "require('http').get({ port: process.env.LOCAL_COGNITO_PORT, path: '/_local/calls' }, r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
LABEL org.opencontainers.image.title="Local Cognito" \
      org.opencontainers.image.description="The local Cognito of the Cognito BFF. Development only" \
      org.opencontainers.image.licenses="MIT"
CMD ["node", "dist/emulator/main.js"]

FROM runtime AS production
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/reference reference
COPY --from=build /app/dist/web dist/web
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/plugins dist/plugins
COPY --from=build /app/dist/routes dist/routes
ARG VERSION=0.1.0
ARG REVISION=unknown
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 REVISION=${REVISION}
EXPOSE 3000
# Checks liveness, not readiness: an orchestrator must not restart the container because Redis is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "require('http').get({ port: process.env.PORT, path: '/healthz' }, r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
LABEL org.opencontainers.image.title="Cognito BFF" \
      org.opencontainers.image.description="Backend-for-frontend for Amazon Cognito" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
# Exec form: Node gets SIGTERM itself. It drains, and a second signal ends it at once.
CMD ["node", "dist/src/server.js"]
