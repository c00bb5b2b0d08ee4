# The front of a shared server has an image of its own, so that a new operator does not restart Redis and Vault.
# Build context: this folder, after `npm run bundle -w operator`.
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${BASE}
WORKDIR /app
COPY dist/front/ /app/
USER 65532:65532
ENV NODE_ENV=production
EXPOSE 8080 8081
ENTRYPOINT ["/nodejs/bin/node", "/app/front.mjs"]
