// An agent in JavaScript, by Dapr's official SDK over HTTP. Prints what it saw, as JSON; one that is also called prints its port first, on a line.
// Arguments: the folder of the tools, the port and the token of the agent's sidecar, and what to do, which is a name below.
import { createRequire } from "node:module";
import { join } from "node:path";

const [tools, daprPort, daprApiToken, task, ...rest] = process.argv.slice(2);
const require = createRequire(join(tools, "node", "package.json"));
const { AbstractActor, ActorId, ActorProxyBuilder, CommunicationProtocolEnum, DaprClient, DaprServer, HttpMethod, LogLevel } = require("@dapr/dapr");
const { Temporal } = require("@js-temporal/polyfill");
const express = require("express");

const options = { daprHost: "127.0.0.1", daprPort, daprApiToken, communicationProtocol: CommunicationProtocolEnum.HTTP, logger: { level: LogLevel.Error } };
// What the SDK says of a failed call, it says as text.
const statusOf = (error) => JSON.parse(error.message).status;
const refused = async (call) => {
  try {
    return { answer: await call };
  } catch (error) {
    return statusOf(error);
  }
};

/** Serves on a free port of the loopback, and says on which. */
async function serve(register) {
  const app = express();
  const listen = app.listen.bind(app);
  app.listen = (port) => listen(port, "127.0.0.1");
  const server = new DaprServer({ serverHost: "127.0.0.1", serverPort: "0", serverHttp: app, communicationProtocol: options.communicationProtocol, clientOptions: options, logger: options.logger });
  await register(server);
  await server.start();
  console.log(server.daprServer.serverInstance.address().port);
  return server;
}

/** Something that others do, waited for. */
function expected() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

/** Asks until the answer is there: for what the sidecar does once it has found this app. */
async function until(ask) {
  for (const end = Date.now() + 60_000; ; await new Promise((again) => setTimeout(again, 50))) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${ask}`);
  }
}

const tasks = {
  /** The memory: through the router's sidecar, with a token. */
  async memory() {
    const [tenant, token] = rest;
    const client = new DaprClient(options);
    const call = (path, method = HttpMethod.GET, body, headers = {}) =>
      client.invoker.invoke("memory-router", `v1/${tenant}/js/${path}`, method, body, { headers: { Authorization: `Bearer ${token}`, ...headers } });

    const put = await call("state/plan", HttpMethod.PUT, { step: 1, big: "2^60" });
    const got = await call("state/plan");
    const read = await call("state/read", HttpMethod.POST, { keys: ["plan", "none"] });
    const etag = `"${read.items[0].etag}"`;
    // The SDK gives a body and no headers: 304 is an empty one.
    const unchanged = await call("state/plan", HttpMethod.GET, undefined, { "If-None-Match": etag });
    const replaced = await call("state/plan", HttpMethod.PUT, { step: 2 }, { "If-Match": etag });
    const stale = await refused(call("state/plan", HttpMethod.PUT, { step: 3 }, { "If-Match": etag }));
    // A repeated call, as the SDK's users and sidecars make them.
    const once = { "Idempotency-Key": "js-1" };
    const first = await call("state/log", HttpMethod.PUT, ["a"], once);
    const again = await call("state/log", HttpMethod.PUT, ["a"], once);

    await call("sessions/monday/turns", HttpMethod.POST, { turns: [{ role: "user", text: "Where do we meet?" }, { role: "assistant", text: "In Łódź, at nine." }] });
    const appended = await call("sessions/monday/turns", HttpMethod.POST, { role: "user", text: "See you." });
    const turns = await call("sessions/monday/turns?last=2");

    const memory = await call("memories", HttpMethod.POST, { text: "The planner prefers trains to planes.", tags: ["travel"] });
    await call("memories", HttpMethod.POST, { text: "Lunch is at noon." });
    const found = await call("memories/search", HttpMethod.POST, { query: "trains or planes?", mode: "keyword", limit: 1 });
    const deleted = await call("state/log", HttpMethod.DELETE);
    const missing = await refused(call("state/log"));
    const stranger = await refused(client.invoker.invoke("memory-router", `v1/${tenant}/js/state/plan`, HttpMethod.GET));
    await client.stop();
    return {
      got,
      put: put.etag,
      read: read.items[0].etag === put.etag ? read.items.map((item) => item.key) : read,
      missingItem: "etag" in read.items[1],
      unchanged,
      isReplaced: replaced.etag !== put.etag,
      stale,
      isOnce: first.etag === again.etag,
      appended: [appended.first, appended.last],
      turns: turns.turns.map((turn) => [turn.n, turn.role, turn.text]),
      isFound: found.items[0].id === memory.id,
      deleted,
      missing,
      stranger,
    };
  },

  /** The sidecar's own state. */
  async state() {
    const client = new DaprClient(options);
    const saved = await client.state.save("statestore", [
      { key: "a", value: { n: 1 } },
      { key: "b", value: "text" },
      { key: "key with ü/slash", value: [1, null, false] },
    ]);
    const got = [await client.state.get("statestore", "a"), await client.state.get("statestore", "b"), await client.state.get("statestore", encodeURIComponent("key with ü/slash"))];
    const missing = await client.state.get("statestore", "none");
    const bulk = await client.state.getBulk("statestore", ["a", "none", "b"]);
    const byKey = Object.fromEntries(bulk.map((item) => [item.key, item]));
    const etag = byKey.a.etag;
    const [firstWrite] = [{ concurrency: "first-write" }];

    const update = await client.state.save("statestore", [{ key: "a", value: { n: 2 }, etag, options: firstWrite }]);
    const stale = await client.state.save("statestore", [{ key: "a", value: { n: 3 }, etag, options: firstWrite }]);
    const doubled = await client.state.save("statestore", [{ key: "a", value: { n: 3 }, options: { concurrency: 1 } }]);
    const staleDelete = await client.state.delete("statestore", "a", { etag });
    const [{ etag: newest }] = await client.state.getBulk("statestore", ["a"]);
    const deleted = await client.state.delete("statestore", "a", { etag: newest });

    await client.state.transaction("statestore", [
      { operation: "upsert", request: { key: "t1", value: 1 } },
      { operation: "upsert", request: { key: "t2", value: 2 } },
      { operation: "delete", request: { key: "b" } },
    ]);
    const failed = await refused(
      client.state.transaction("statestore", [
        { operation: "upsert", request: { key: "t1", value: "never" } },
        { operation: "upsert", request: { key: "t2", value: "never", etag: "stale" } },
      ]),
    );
    const after = await client.state.getBulk("statestore", ["t1", "t2", "b"]);
    const expiring = await client.state.save("statestore", [{ key: "soon", value: 1 }], { metadata: { ttlInSeconds: "100" } });
    const nowhere = await refused(client.state.get("nowhere", "a"));
    const query = await refused(client.state.query("statestore", { filter: {} }));
    const isHealthy = await client.health.isHealthy();
    await client.metadata.set("note", "from JavaScript");
    const metadata = await client.metadata.get();
    await client.stop();
    return {
      saved,
      got,
      missing,
      missingItem: byKey.none,
      data: byKey.a.data,
      update,
      stale: statusOf(stale.error),
      doubled: statusOf(doubled.error),
      staleDelete: statusOf(staleDelete.error),
      deleted,
      failed,
      after: Object.fromEntries(after.map((item) => [item.key, item.data ?? null])),
      expiring,
      nowhere,
      query,
      isHealthy,
      metadata: [metadata.id, metadata.extended.note, metadata.components.map((component) => component.name).sort()],
    };
  },

  /** Publishing, and a server that subscribes. */
  async events() {
    const seen = [];
    const all = expected();
    const bulk = expected();
    const ruled = expected();
    let tries = 0;
    const server = await serve(async ({ pubsub }) => {
      await pubsub.subscribe("pubsub", "notes", async (data, headers) => {
        seen.push({ data, type: headers["content-type"] });
        if (seen.length === 4) all.resolve();
      });
      await pubsub.subscribeWithOptions("pubsub", "retried", {
        callback: async () => {
          tries++;
          if (tries < 3) return "RETRY";
          all.resolve();
        },
      });
      const many = [];
      await pubsub.subscribeBulk("pubsub", "many", async (data) => {
        many.push(data);
        if (many.length === 3) bulk.resolve(many);
      });
      const routes = { rules: [{ match: 'event.type == "warning"', path: "warnings" }], default: "others" };
      await pubsub.subscribeWithOptions("pubsub", "ruled", { route: routes });
      pubsub.subscribeToRoute("pubsub", "ruled", "warnings", async (data) => ruled.resolve(data));
      pubsub.subscribeToRoute("pubsub", "ruled", "others", async () => undefined);
    });
    const { client } = server;
    // The app is found, and has been asked what it subscribes to.
    const subscriptions = await until(async () => {
      const found = (await client.metadata.get()).subscriptions;
      return found.length === 4 && found.map((subscription) => subscription.topic).sort();
    });
    const published = [
      await client.pubsub.publish("pubsub", "notes", { a: 1 }),
      await client.pubsub.publish("pubsub", "notes", "text"),
      await client.pubsub.publish("pubsub", "notes", { specversion: "1.0", id: "own", source: "agent", type: "own", data: { b: 2 } }),
      await client.pubsub.publish("pubsub", "notes", { raw: true }, { metadata: { rawPayload: "true" } }),
      await client.pubsub.publish("pubsub", "retried", {}),
      await client.pubsub.publish("pubsub", "ruled", { c: 3 }, { metadata: { "cloudevent.type": "warning" } }),
    ];
    const bulkPublished = await client.pubsub.publishBulk("pubsub", "many", [{ n: 1 }, "two", { entryID: "3", event: { n: 3 }, contentType: "application/json" }]);
    const unknown = await client.pubsub.publish("nowhere", "notes", {});
    const unknownBulk = await client.pubsub.publishBulk("nowhere", "many", ["x"]);
    await Promise.all([until(() => seen.length >= 4), until(() => tries >= 3)]);
    const result = {
      subscriptions,
      published,
      seen: seen.map((event) => JSON.stringify(event.data)).sort(),
      types: [...new Set(seen.map((event) => event.type))],
      tries,
      ruled: await ruled.promise,
      bulk: (await bulk.promise).map((data) => JSON.stringify(data)).sort(),
      failed: bulkPublished.failedMessages,
      unknown: statusOf(unknown.error),
      unknownBulk: unknownBulk.failedMessages.length,
    };
    await server.stop();
    await client.stop();
    return result;
  },

  /** An actor with state and a reminder. */
  async actors() {
    const reminded = expected();
    class Notebook extends AbstractActor {
      async add(text) {
        const pages = await this.getStateManager().addOrUpdateState("pages", [text], (_key, old) => [...old, text]);
        return pages.length;
      }
      async onActivate() {
        // What an earlier life of the actor kept.
        await this.getStateManager().tryGetState("pages");
      }
      async pages() {
        return await this.getStateManager().getState("pages");
      }
      async remember(text) {
        await this.registerActorReminder("soon", Temporal.Duration.from({ milliseconds: 50 }), Temporal.Duration.from({ hours: 1 }), undefined, text);
      }
      async forget() {
        await this.unregisterActorReminder("soon");
      }
      async receiveReminder(data) {
        reminded.resolve(data);
      }
      async fail() {
        throw new Error("on purpose");
      }
    }
    const server = await serve(async ({ actor }) => {
      await actor.init();
      await actor.registerActor(Notebook);
    });
    const { client } = server;
    const notebook = new ActorProxyBuilder(Notebook, client).build(new ActorId("anna/1"));
    // Not hosted before the sidecar has found the app.
    const first = await until(async () => {
      const answer = await refused(notebook.add("one"));
      return answer.answer;
    });
    const second = await notebook.add("two");
    const pages = await notebook.pages();
    await notebook.remember("tea");
    const result = { first, second, pages, reminded: await reminded.promise, failed: await refused(notebook.fail()) };
    await notebook.forget();
    await server.stop();
    await client.stop();
    return result;
  },
};

console.log(JSON.stringify(await tasks[task]()));
// The SDK keeps its connections.
process.exit(0);
