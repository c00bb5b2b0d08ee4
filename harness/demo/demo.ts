import { randomBytes } from "node:crypto";
import { expectStatus, type IspClient } from "./isp-client.ts";

/** One of the two ISPs of the demonstration. */
export interface DemonstratedIsp {
  readonly name: string;
  readonly client: IspClient;
  readonly login: Login;
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** Stores the passwords that the demonstration chose, because every first login must choose one. */
export interface LoginBook {
  read(name: string): Promise<Login | undefined>;
  write(name: string, login: Login): Promise<void>;
}

/** A realistic customer of an ISP in Lyon. */
const customer = {
  type: "person",
  name: "Élodie Marchand",
  email: "elodie.marchand@example.com",
  phone: "+33 6 12 34 56 78",
  birthDate: "1985-04-12",
  serviceAddress: { street: "14 rue de la République", city: "Lyon", postcode: "69002", country: "FR" },
};

/**
 * Shows through the gateway, by host name and TLS, that two ISPs are served and isolated: log in at `a`, create a
 * customer and read it; at `b`, the id is unknown and a's token is refused.
 * @throws an Error with the answer if it differs from the expected one.
 */
export async function demonstrate(
  a: DemonstratedIsp,
  b: DemonstratedIsp,
  book: LoginBook,
  say: (line: string) => void,
): Promise<void> {
  const tokenA = await signIn(a, book);
  say(`${a.name}: logged in as ${a.login.email}`);
  const tokenB = await signIn(b, book);
  say(`${b.name}: logged in as ${b.login.email}`);

  const created = await expectStatus(
    201,
    a.client.call("POST", "/customers", { token: tokenA, body: customer }),
  );
  const { id, attributes } = created.body.data;
  say(`${a.name}: POST /customers → 201, ${attributes.name}, account ${attributes.accountNumber}`);

  const found = await expectStatus(200, a.client.call("GET", `/customers/${id}`, { token: tokenA }));
  say(`${a.name}: GET /customers/${id} → 200, ${found.body.data.attributes.email}`);

  const elsewhere = await expectStatus(404, b.client.call("GET", `/customers/${id}`, { token: tokenB }));
  say(`${b.name}: GET /customers/${id} → 404, ${elsewhere.body.error.message}`);

  const foreign = await expectStatus(401, b.client.call("GET", "/customers", { token: tokenA }));
  say(`${b.name}: GET /customers with ${a.name}'s token → 401, ${foreign.body.error.message}`);
}

/** Logs in with the password of an earlier demonstration, else with the one-time password, which it replaces. */
async function signIn({ name, client, login }: DemonstratedIsp, book: LoginBook): Promise<string> {
  const known = await book.read(name);
  if (known !== undefined) {
    const answer = await client.call("POST", "/auth/login", { body: known });
    if (answer.status === 200) return answer.body.data.attributes.accessToken;
  }
  const first = await expectStatus(200, client.call("POST", "/auth/login", { body: login }));
  const chosen = { email: login.email, password: `demo-${randomBytes(9).toString("base64url")}` };
  const changed = await expectStatus(
    200,
    client.call("POST", "/auth/password", {
      token: first.body.data.attributes.accessToken,
      body: { currentPassword: login.password, newPassword: chosen.password },
    }),
  );
  await book.write(name, chosen);
  return changed.body.data.attributes.accessToken;
}
