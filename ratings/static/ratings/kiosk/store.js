// What the tablet keeps: IndexedDB with two stores. `device` holds the token, the last configuration and the sequence
// counter; `ratings` holds one row per tap until 30 days after the server has acknowledged it.

const NAME = "qingchuang-kiosk";
const VERSION = 1;

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("device");
      const ratings = request.result.createObjectStore("ratings", { keyPath: "id" });
      ratings.createIndex("state", ["state", "seq"]);
    };
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
