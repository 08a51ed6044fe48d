-- The database of an OA refuses by itself a row marked issued without a valid clearance (SQLite >= 3.38).
--
-- It expects the table `document` (id, title, kind, issuer, body, state, clearance): adapt the names, and the list of
-- columns in the digest, to yours. Two functions must be registered on each connection that writes the table; Python does
-- it with disclosure_gate.guards.teach_sqlite(connection, keys):
--   gate_sha256(text)      SHA-256 of the text's UTF-8 bytes, in hex
--   gate_clearance(token)  what the signed clearance says, as JSON; NULL unless one of the gate's public keys signed it
-- A connection without them cannot write the table at all: "no such function" is a refusal too.
--
-- What is checked: the signature; that the clearance is of this row, and of exactly this content; that it is not expired
-- and was never used before. What is issued cannot be changed without a new clearance.
--
-- A migration that makes the table anew (SQLite changes many a column no other way; Django and Alembic's batches do so) takes
-- the triggers with the old table. DROP VIEW gate_content before it, in its transaction, and run this file again after it,
-- which changes nothing else. Until then teach_sqlite refuses every new connection (E-GUARD-GONE).

-- Without rowids: by one, INSERT OR REPLACE could put another row in a row's place, which no trigger sees.
CREATE TABLE IF NOT EXISTS gate_used (
    clearance_id TEXT NOT NULL PRIMARY KEY,
    document_id TEXT NOT NULL,
    used_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS gate_used_stays BEFORE DELETE ON gate_used
BEGIN SELECT RAISE(ABORT, 'gate: a used clearance stays used'); END;

CREATE TRIGGER IF NOT EXISTS gate_used_unchanged BEFORE UPDATE ON gate_used
BEGIN SELECT RAISE(ABORT, 'gate: a used clearance stays used'); END;

-- What the gate cleared: canonical JSON (RFC 8785) of what is issued, names in order; a file would be ["name","role","sha256"].
DROP VIEW IF EXISTS gate_content;
CREATE VIEW gate_content AS
SELECT rowid AS row,
       gate_sha256(
           '{"files":[],"id":' || json_quote(id) || ',"issuer":' || json_quote(issuer) || ',"kind":' || json_quote(kind)
           || ',"text":"' || gate_sha256(body) || '","title":' || json_quote(title) || '}'
       ) AS digest
FROM document;

DROP TRIGGER IF EXISTS gate_no_insert_without_clearance;
CREATE TRIGGER gate_no_insert_without_clearance AFTER INSERT ON document
WHEN NEW.state = 'issued'
BEGIN
    -- Asked, not left to the primary key: UPDATE OR REPLACE would replace the row that says it is used.
    SELECT RAISE(ABORT, 'gate: the clearance is used') WHERE EXISTS (
        SELECT 1 FROM gate_used WHERE clearance_id = gate_clearance(NEW.clearance) ->> 'clearance_id'
    );
    SELECT RAISE(ABORT, 'gate: no valid clearance for this content') WHERE NOT EXISTS (
        SELECT 1 FROM gate_content
        WHERE row = NEW.rowid
          AND digest = gate_clearance(NEW.clearance) ->> 'content_digest'
          AND NEW.id = gate_clearance(NEW.clearance) ->> 'document_id'
          AND NEW.issuer = gate_clearance(NEW.clearance) ->> '$.issuer.name'
          AND date('now', 'localtime') <= gate_clearance(NEW.clearance) ->> 'expires_on'
    );
    INSERT INTO gate_used SELECT gate_clearance(NEW.clearance) ->> 'clearance_id', NEW.id, datetime('now');
END;

DROP TRIGGER IF EXISTS gate_no_update_without_clearance;
CREATE TRIGGER gate_no_update_without_clearance AFTER UPDATE ON document
WHEN NEW.state = 'issued' AND (
    -- As they are written: a column that is searched without regard to case must not be changed in it either.
    OLD.state IS NOT 'issued' OR NEW.id IS NOT OLD.id COLLATE BINARY OR NEW.title IS NOT OLD.title COLLATE BINARY
    OR NEW.kind IS NOT OLD.kind COLLATE BINARY OR NEW.issuer IS NOT OLD.issuer COLLATE BINARY
    OR NEW.body IS NOT OLD.body COLLATE BINARY OR NEW.clearance IS NOT OLD.clearance COLLATE BINARY
)
BEGIN
    -- Asked, not left to the primary key: UPDATE OR REPLACE would replace the row that says it is used.
    SELECT RAISE(ABORT, 'gate: the clearance is used') WHERE EXISTS (
        SELECT 1 FROM gate_used WHERE clearance_id = gate_clearance(NEW.clearance) ->> 'clearance_id'
    );
    SELECT RAISE(ABORT, 'gate: no valid clearance for this content') WHERE NOT EXISTS (
        SELECT 1 FROM gate_content
        WHERE row = NEW.rowid
          AND digest = gate_clearance(NEW.clearance) ->> 'content_digest'
          AND NEW.id = gate_clearance(NEW.clearance) ->> 'document_id'
          AND NEW.issuer = gate_clearance(NEW.clearance) ->> '$.issuer.name'
          AND date('now', 'localtime') <= gate_clearance(NEW.clearance) ->> 'expires_on'
    );
    INSERT INTO gate_used SELECT gate_clearance(NEW.clearance) ->> 'clearance_id', NEW.id, datetime('now');
END;
