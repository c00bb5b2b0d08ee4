/**
 * The images of containerised servers: those that the platform's chart names, and the oldest supported PostgreSQL. The
 * environment can name others, such as a mirror or another version.
 */
export const images = {
  postgres15: process.env.TEST_IMAGE_POSTGRES15 || "docker.io/library/postgres:15",
  postgres18: process.env.TEST_IMAGE_POSTGRES18 || "docker.io/library/postgres:18",
  pgbouncer: process.env.TEST_IMAGE_PGBOUNCER || "docker.io/edoburu/pgbouncer:v1.24.1-p1",
  redis: process.env.TEST_IMAGE_REDIS || "docker.io/library/redis:8.2",
  edge: process.env.TEST_IMAGE_EDGE || "docker.io/library/haproxy:2.6",
  vault: process.env.TEST_IMAGE_VAULT || "docker.io/openbao/openbao:2.4",
} as const;
