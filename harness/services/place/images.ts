/**
 * The images that servers run from where they are containers: those that the platform's chart names, and the oldest
 * PostgreSQL that is supported. The environment can name others: a mirror, or another version.
 */
export const images = {
  postgres15: process.env.TEST_IMAGE_POSTGRES15 || "docker.io/library/postgres:15",
  postgres18: process.env.TEST_IMAGE_POSTGRES18 || "docker.io/library/postgres:18",
  pgbouncer: process.env.TEST_IMAGE_PGBOUNCER || "docker.io/edoburu/pgbouncer:v1.24.1-p1",
  redis: process.env.TEST_IMAGE_REDIS || "docker.io/library/redis:8.2",
  vault: process.env.TEST_IMAGE_VAULT || "docker.io/openbao/openbao:2.4",
} as const;
