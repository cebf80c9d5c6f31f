-- The schema of the store, compiled into every program (store_schema).
--
-- A line "-- migration N" begins migration N; `holos migrate` applies those that a file lacks, each
-- in one transaction with `PRAGMA user_version = N`. A migration that has been released is never
-- changed: add the next one below.
--
-- Times (*_ms) are UTC milliseconds since 1970, 0: not yet. Durations (*_us) are microseconds, -1:
-- the stage did not run. Money is in millionths of a US dollar. No check compares two times: a wall
-- clock may step back, and that must not cost a caller the call. Ids of calls, leads and deliveries
-- are never given twice (AUTOINCREMENT): they stand in logs, and locks are named after them.

-- migration 1
PRAGMA application_id = 1752132719; -- "holo"

-- A person who calls: one per phone number. Other identities (a chat) will get a table of their own.
CREATE TABLE client (
    id       INTEGER PRIMARY KEY,
    phone    TEXT NOT NULL UNIQUE -- E.164
             CHECK (phone GLOB '+[1-9]*' AND length(phone) BETWEEN 3 AND 16
                    AND substr(phone, 2) NOT GLOB '*[^0-9]*'),
    name     TEXT NOT NULL DEFAULT '',
    calls    INTEGER NOT NULL CHECK (calls >= 0),
    first_ms INTEGER NOT NULL CHECK (first_ms >= 0),
    last_ms  INTEGER NOT NULL CHECK (last_ms >= 0)
) STRICT;

-- A call, known to its exchange as (source, external_id). It has ended when ended_ms is set.
-- (For a list behind IN that is longer than two, SQLite builds a table at each write.)
CREATE TABLE call (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    source        TEXT NOT NULL CHECK (source <> ''),
    external_id   TEXT NOT NULL CHECK (external_id <> ''),
    caller        TEXT NOT NULL, -- as sent; '' if hidden
    called        TEXT NOT NULL,
    profile       TEXT NOT NULL CHECK (profile <> ''),
    direction     TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    client_id     INTEGER REFERENCES client (id) ON DELETE SET NULL,
    status        TEXT NOT NULL
                  CHECK (CASE status WHEN 'initiated' THEN 1 WHEN 'ringing' THEN 1
                         WHEN 'answered' THEN 1 WHEN 'in-progress' THEN 1 WHEN 'completed' THEN 1
                         WHEN 'failed' THEN 1 WHEN 'busy' THEN 1 WHEN 'no-answer' THEN 1
                         WHEN 'cancelled' THEN 1 WHEN 'expired' THEN 1 ELSE 0 END),
    started_ms    INTEGER NOT NULL CHECK (started_ms >= 0),
    answered_ms   INTEGER NOT NULL DEFAULT 0 CHECK (answered_ms >= 0),
    ended_ms      INTEGER NOT NULL DEFAULT 0 CHECK (ended_ms >= 0),
    active_ms     INTEGER NOT NULL CHECK (active_ms >= 0), -- last turn or status
    end_reason    TEXT NOT NULL DEFAULT '',
    turns         INTEGER NOT NULL DEFAULT 0 CHECK (turns >= 0),
    silent        INTEGER NOT NULL DEFAULT 0 CHECK (silent >= 0),
    cost_microusd INTEGER NOT NULL DEFAULT 0 CHECK (cost_microusd >= 0),
    billed_s      INTEGER NOT NULL DEFAULT -1 CHECK (billed_s >= -1), -- -1: unknown
    state         TEXT NOT NULL DEFAULT '', -- the dialogue's own memory, JSON
    UNIQUE (source, external_id),
    CHECK ((ended_ms = 0) = (status = 'initiated' OR status = 'ringing' OR status = 'answered'
                             OR status = 'in-progress'))
) STRICT;
CREATE INDEX call_by_start ON call (started_ms, status);
CREATE INDEX call_by_client ON call (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX call_going_on ON call (active_ms) WHERE ended_ms = 0;
CREATE INDEX call_by_end ON call (ended_ms) WHERE ended_ms > 0;

-- A webhook that was delivered here. 'running' and no worker holds it: its worker died.
CREATE TABLE delivery (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    source   TEXT NOT NULL CHECK (source <> ''),
    key      TEXT NOT NULL CHECK (key <> ''),
    state    TEXT NOT NULL CHECK (state IN ('running', 'done')),
    began_ms INTEGER NOT NULL CHECK (began_ms >= 0),
    done_ms  INTEGER NOT NULL DEFAULT 0 CHECK (done_ms >= 0),
    status   INTEGER CHECK (status BETWEEN 100 AND 599), -- HTTP
    type     TEXT, -- Content-Type
    body     BLOB, -- the reply's text, its sounds cut out
    UNIQUE (source, key),
    CHECK ((state = 'done') = (status IS NOT NULL AND type IS NOT NULL AND body IS NOT NULL))
) STRICT;
CREATE INDEX delivery_by_begin ON delivery (began_ms);

-- Sounds that replies are made of, each kept once.
CREATE TABLE audio (
    id     INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    data   BLOB NOT NULL
) STRICT;

-- Which sounds stand where in a reply's text.
CREATE TABLE delivery_sound (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    n           INTEGER NOT NULL CHECK (n >= 0),
    at          INTEGER NOT NULL CHECK (at >= 0), -- byte of the text
    audio_id    INTEGER NOT NULL REFERENCES audio (id),
    PRIMARY KEY (delivery_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_sound_by_audio ON delivery_sound (audio_id);

-- One exchange of words. Turn 0 is the greeting: nothing was heard (NULL). From 1 on the caller
-- spoke; '' means that nothing was understood. said is NULL until the turn is answered.
CREATE TABLE turn (
    call_id       INTEGER NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    n             INTEGER NOT NULL CHECK (n >= 0),
    delivery_id   INTEGER REFERENCES delivery (id) ON DELETE SET NULL,
    heard         TEXT,
    heard_by      TEXT NOT NULL DEFAULT '', -- 'typed', 'keys', 'google', ...
    confidence    REAL CHECK (confidence BETWEEN 0 AND 1), -- NULL: unknown
    said          TEXT,
    ends          INTEGER NOT NULL DEFAULT 0 CHECK (ends IN (0, 1)),
    think_rung    TEXT NOT NULL DEFAULT '',
    speak_rung    TEXT NOT NULL DEFAULT '',
    hear_us       INTEGER NOT NULL DEFAULT -1 CHECK (hear_us >= -1),
    think_us      INTEGER NOT NULL DEFAULT -1 CHECK (think_us >= -1),
    speak_us      INTEGER NOT NULL DEFAULT -1 CHECK (speak_us >= -1),
    total_us      INTEGER NOT NULL DEFAULT -1 CHECK (total_us >= -1),
    tokens_in     INTEGER NOT NULL DEFAULT 0 CHECK (tokens_in >= 0),
    tokens_out    INTEGER NOT NULL DEFAULT 0 CHECK (tokens_out >= 0),
    cost_microusd INTEGER NOT NULL DEFAULT 0 CHECK (cost_microusd >= 0),
    faults        INTEGER NOT NULL DEFAULT 0 CHECK (faults >= 0),
    started_ms    INTEGER NOT NULL CHECK (started_ms >= 0),
    answered_ms   INTEGER NOT NULL DEFAULT 0 CHECK (answered_ms >= 0),
    PRIMARY KEY (call_id, n),
    CHECK ((n = 0) = (heard IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX turn_by_delivery ON turn (delivery_id) WHERE delivery_id IS NOT NULL;
-- Covers the figures: the big texts of a turn are not read for them.
CREATE INDEX turn_by_start ON turn (started_ms, n, hear_us, think_us, speak_us, total_us, faults,
                                    cost_microusd);

-- A request for a person. 'new', then 'sent' (it left through the outbox), then 'done'.
CREATE TABLE lead (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id    INTEGER REFERENCES call (id) ON DELETE SET NULL,
    client_id  INTEGER REFERENCES client (id) ON DELETE SET NULL,
    profile    TEXT NOT NULL CHECK (profile <> ''),
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL, -- E.164 if it could be made out, else as said
    wish       TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('new', 'sent', 'done')),
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0)
) STRICT;
CREATE INDEX lead_by_call ON lead (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX lead_by_client ON lead (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX lead_by_creation ON lead (created_ms);

-- What must go out later; written with its cause, in one transaction.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('lead')),
    payload    TEXT NOT NULL CHECK (payload GLOB '{*}'), -- one JSON object
    lead_id    INTEGER REFERENCES lead (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0),
    due_ms     INTEGER NOT NULL CHECK (due_ms >= 0),
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    CHECK ((kind = 'lead') = (lead_id IS NOT NULL))
) STRICT;
CREATE INDEX outbox_not_out ON outbox (state, due_ms) WHERE state <> 'sent';
CREATE INDEX outbox_by_lead ON outbox (lead_id) WHERE lead_id IS NOT NULL;

-- One row that is written to see whether writing works.
CREATE TABLE probe (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms INTEGER NOT NULL
) STRICT;

-- migration 2
-- A rung of the ladder that has failed lately. Without a row it works.
CREATE TABLE rung (
    name     TEXT PRIMARY KEY CHECK (name <> ''),
    failures INTEGER NOT NULL CHECK (failures > 0), -- in a row
    trips    INTEGER NOT NULL CHECK (trips >= 0), -- times in a row that it was opened
    until_ms INTEGER NOT NULL CHECK (until_ms >= 0) -- all workers skip it until then; 0: they do not
) STRICT, WITHOUT ROWID;

-- What a turn asked of the vendors.
CREATE TABLE vendor_request (
    call_id       INTEGER NOT NULL REFERENCES call (id) ON DELETE CASCADE,
    turn          INTEGER NOT NULL CHECK (turn >= 0),
    n             INTEGER NOT NULL CHECK (n >= 0),
    stage         TEXT NOT NULL CHECK (stage IN ('hear', 'think', 'speak')),
    rung          TEXT NOT NULL CHECK (rung <> ''),
    outcome       TEXT NOT NULL CHECK (outcome <> ''), -- 'ok' or the error
    status        INTEGER NOT NULL CHECK (status BETWEEN 0 AND 999), -- HTTP; 0: no answer came
    connects      INTEGER NOT NULL CHECK (connects >= 0),
    began_us      INTEGER NOT NULL CHECK (began_us >= 0), -- after the turn's begin
    tls_us        INTEGER NOT NULL CHECK (tls_us >= 0),
    first_byte_us INTEGER NOT NULL CHECK (first_byte_us >= 0),
    total_us      INTEGER NOT NULL CHECK (total_us >= 0),
    sent          INTEGER NOT NULL CHECK (sent >= 0),
    received      INTEGER NOT NULL CHECK (received >= 0),
    cost_microusd INTEGER NOT NULL CHECK (cost_microusd >= 0),
    PRIMARY KEY (call_id, turn, n)
) STRICT, WITHOUT ROWID;

-- Rungs that failed in this call and are not gone back to (no change of voice back and forth).
ALTER TABLE call ADD COLUMN skips TEXT NOT NULL DEFAULT ''; -- names, each between blanks

-- migration 3
-- Why it failed last: a sentence of this program's own, for whoever runs it.
ALTER TABLE rung ADD COLUMN reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 200);

-- Is cost_microusd all that it cost? 0: the price is not known here, or not what was used.
ALTER TABLE vendor_request ADD COLUMN cost_known INTEGER NOT NULL DEFAULT 0
    CHECK (cost_known IN (0, 1));
UPDATE vendor_request SET cost_known = 1 WHERE cost_microusd > 0;

-- migration 4
-- What the delivery said: the same key with another digest is another request. '': not known.
ALTER TABLE delivery ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- What calls cost, by hour, for the limits of a day: one row for each number that called, and one
-- ('*') for all. Two days are kept.
CREATE TABLE spending (
    caller        TEXT NOT NULL CHECK (caller <> ''), -- E.164, or '-' for all hidden callers
    hour          INTEGER NOT NULL, -- since 1970
    calls         INTEGER NOT NULL CHECK (calls >= 0),
    cost_microusd INTEGER NOT NULL CHECK (cost_microusd >= 0),
    PRIMARY KEY (caller, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX spending_by_hour ON spending (hour);

-- migration 5
-- A client's name belongs to the business that was told it.
CREATE TABLE client_name (
    client_id INTEGER NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    profile   TEXT NOT NULL CHECK (profile <> ''),
    name      TEXT NOT NULL CHECK (name <> ''),
    PRIMARY KEY (client_id, profile)
) STRICT, WITHOUT ROWID;
-- Names of before go to the businesses with a request under that name, or else to the last called.
INSERT INTO client_name (client_id, profile, name)
    SELECT DISTINCT client.id, lead.profile, client.name FROM client
    JOIN lead ON lead.client_id = client.id AND lead.name = client.name WHERE client.name <> '';
INSERT INTO client_name (client_id, profile, name)
    SELECT client.id, call.profile, client.name FROM client
    JOIN call ON call.id = (SELECT max(id) FROM call WHERE client_id = client.id)
    WHERE client.name <> '' AND client.id NOT IN (SELECT client_id FROM client_name);
ALTER TABLE client DROP COLUMN name;

-- What the caller speaks: the code of a language of the profile; '': the profile's own.
ALTER TABLE call ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- migration 6
-- What the person who dealt with a request wrote beside it.
ALTER TABLE lead ADD COLUMN note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 2000);

-- migration 7
-- The same moments by a clock that nobody sets (struct moment in base/clock.h); 0: not known.
ALTER TABLE call ADD COLUMN answered_tick INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call ADD COLUMN active_tick INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN tick INTEGER NOT NULL DEFAULT 0; -- of its beginning, then of its end
