// What the tablet keeps: IndexedDB with three stores. `device` holds the token, the last configuration, the sequence
// number and the receipts of the day; `ratings` holds every rating until 30 days after the server has acknowledged it;
// `extras` holds, sealed, what a visitor adds to a rating: a call-back or a voice.

const NAME = "qingchuang-kiosk";
const VERSION = 2;

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request, oldVersion);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another version of the page holds the store"));
    request.onsuccess = () => {
      const database = request.result;
      // Let a newer page upgrade, and open anew when the browser has closed the store.
      database.onversionchange = () => forget(database);
      database.onclose = () => forget(database);
      resolve(database);
    };
  });
  opening.catch(() => (opening = null));
  return opening;
}

// Step by step from whatever version a tablet has; what it holds stays.
function upgrade({ result: database, transaction }, from) {
  if (from < 1) {
    database.createObjectStore("device");
    const ratings = database.createObjectStore("ratings", { keyPath: "id" });
    ratings.createIndex("state", ["state", "seq"]);
  }
  if (from < 2) {
    // The rows of one tablet in order, so that a long queue costs a tap no more than a short one.
    const ratings = transaction.objectStore("ratings");
    ratings.createIndex("queue", ["tablet", "state", "seq"]);
    ratings.createIndex("acknowledged", "acknowledged_at");
    const extras = database.createObjectStore("extras", { keyPath: ["rating", "kind"] });
    extras.createIndex("state", ["state", "kind", "made_at"]);
  }
}

function forget(database) {
  database.close();
  opening = null;
}

// The result of one request as a promise; awaiting it keeps the transaction open.
export function ask(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Runs `work(storeByName)` in one transaction and resolves with its result only after the commit is on the disk
// ("strict": since Chrome 121 the default answers before that). Any failure aborts the whole transaction.
export async function transact(mode, names, work) {
  const database = await open();
  const transaction = database.transaction(names, mode, { durability: "strict" });
  const committed = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
  });
  let result;
  try {
    result = await work((name) => transaction.objectStore(name));
  } catch (error) {
    committed.catch(() => {});
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    throw error;
  }
  await committed;
  return result;
}

export function getDevice(key) {
  return transact("readonly", ["device"], (store) => ask(store("device").get(key)));
}

export function setDevice(values) {
  return transact("readwrite", ["device"], async (store) => {
    for (const [key, value] of Object.entries(values)) store("device").put(value, key);
  });
}

// Runs `work`, and when the disk is full drops the oldest voice and runs it again: a recording gives way to a rating or
// to a telephone number, never the other way round. Rejects when there is no voice left to drop.
export async function makingRoom(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error?.name !== "QuotaExceededError" || !(await dropOldestVoice())) throw error;
    }
  }
}

function dropOldestVoice() {
  return transact("readwrite", ["extras"], async (store) => {
    const voices = (await ask(store("extras").getAllKeys())).filter(([, kind]) => kind === "voice");
    if (voices.length === 0) return false;
    const rows = await Promise.all(voices.map((key) => ask(store("extras").get(key))));
    const [oldest] = rows.sort((one, other) => one.made_at - other.made_at);
    await ask(store("extras").delete([oldest.rating, "voice"]));
    return true;
  });
}
