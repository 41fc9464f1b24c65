// A delivery is on disk before the answer: each INSERT syncs SQLite's WAL. A repeated delivery changes nothing.
import Database from "libsql";

const db = new Database(process.env.STORE);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec("CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, event TEXT NOT NULL, payload TEXT NOT NULL)");
const insert = db.prepare("INSERT INTO delivery VALUES (?, ?, ?) ON CONFLICT DO NOTHING");

export async function keep({ id, name, payload }) {
  insert.run(id, name, JSON.stringify(payload));
}
