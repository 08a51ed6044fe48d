-- The database of an OA refuses by itself a row marked issued without a valid clearance (PostgreSQL >= 14).
--
-- It expects the table `document` (id, title, kind, issuer, body, state, clearance_id), owned by another role than the one
-- the OA connects as: adapt the names, and the list of columns in the digest, to yours. Run it as the owner, after
-- CREATE ROLE gate_verifier LOGIN. The OA's role needs SELECT, INSERT, UPDATE, DELETE on the table, no more: not TRIGGER.
-- PostgreSQL cannot check the gate's signature itself, but it knows who is connected: only the role `gate_verifier` may
-- add clearances, and only the small program that checks their signatures (verifier.py) connects as that role.
--
-- What is checked: that the verifier has admitted the clearance; that it is of this row, and of exactly this content, whose
-- digest the database computes itself; that it is not expired and was never used before. What is issued cannot be changed
-- without a new clearance. Neither the OA nor the verifier can take a clearance back, use one up, or switch this off.
--
-- A whole dump is restored as it is, guard included. `pg_restore --data-only --disable-triggers` leaves the trigger on but no
-- longer always: run the ALTER TABLE … ENABLE ALWAYS below again. On a logical replica of the table drop the trigger: what is
-- copied there was held against its clearance here.

CREATE SCHEMA gate;

CREATE TABLE gate.clearance (
    clearance_id text PRIMARY KEY,
    document_id text NOT NULL,
    content_digest text NOT NULL,
    issuer text NOT NULL,
    status text NOT NULL,
    expires_on date NOT NULL,
    admitted_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);

-- What the gate cleared: canonical JSON (RFC 8785) of what is issued, names in order; a file would be ["name","role","sha256"].
CREATE FUNCTION gate.content_digest(id text, title text, kind text, issuer text, body text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT encode(sha256(convert_to(
        '{"files":[],"id":' || to_json(id) || ',"issuer":' || to_json(issuer) || ',"kind":' || to_json(kind)
        || ',"text":"' || encode(sha256(convert_to(body, 'UTF8')), 'hex') || '","title":' || to_json(title) || '}', 'UTF8')), 'hex')
$$;

-- Runs as its owner, so that the OA needs no right on gate.clearance; and by the organ's clock, whatever the session's is.
CREATE FUNCTION gate.needs_clearance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'Asia/Shanghai' AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM 'issued' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'issued'
       AND (NEW.id, NEW.title, NEW.kind, NEW.issuer, NEW.body, NEW.clearance_id)
           IS NOT DISTINCT FROM (OLD.id, OLD.title, OLD.kind, OLD.issuer, OLD.body, OLD.clearance_id) THEN
        RETURN NULL;
    END IF;
    -- One statement finds it and uses it up: two transactions that race for one clearance cannot both have it.
    UPDATE gate.clearance SET used_at = now()
    WHERE clearance_id = NEW.clearance_id AND used_at IS NULL AND document_id = NEW.id AND issuer = NEW.issuer
      AND expires_on >= current_date
      AND content_digest = gate.content_digest(NEW.id, NEW.title, NEW.kind, NEW.issuer, NEW.body);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'gate: no valid clearance for this content' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- AFTER: it sees the row as it is kept, whatever other triggers made of it, and no upsert that keeps nothing uses one up.
CREATE TRIGGER gate_needs_clearance AFTER INSERT OR UPDATE ON document
FOR EACH ROW EXECUTE FUNCTION gate.needs_clearance();
-- Also where a session calls itself a replica, which switches ordinary triggers off.
ALTER TABLE document ENABLE ALWAYS TRIGGER gate_needs_clearance;

REVOKE ALL ON SCHEMA gate FROM PUBLIC;
REVOKE ALL ON gate.clearance FROM PUBLIC;
REVOKE ALL ON FUNCTION gate.needs_clearance() FROM PUBLIC;
GRANT USAGE ON SCHEMA gate TO gate_verifier;
GRANT INSERT (clearance_id, document_id, content_digest, issuer, status, expires_on) ON gate.clearance TO gate_verifier;
