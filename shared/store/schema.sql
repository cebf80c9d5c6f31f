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

-- migration 8
-- The appointment book (store/booking.h). Times *_s are UTC seconds. What is occupied is counted in
-- cells of five minutes: cell = seconds / 300.

-- What a client comes for. Its time is that of its bookings: from the first begin to the last end.
CREATE TABLE visit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    profile    TEXT NOT NULL CHECK (profile <> ''),
    state      TEXT NOT NULL CHECK (state IN ('booked', 'cancelled')),
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL, -- E.164; '' if there is none. Whose visit it is to see and change
    for_other  INTEGER NOT NULL CHECK (for_other IN (0, 1)), -- the name is another person's
    currency   TEXT NOT NULL,
    note       TEXT NOT NULL CHECK (length(note) <= 2000),
    language   TEXT NOT NULL, -- of the client; '': not known
    by         TEXT NOT NULL CHECK (by = 'call' OR by = 'chat' OR by = 'sheet' OR by = 'staff'),
    call_id    INTEGER REFERENCES call (id) ON DELETE SET NULL,
    start_s    INTEGER NOT NULL CHECK (start_s >= 0),
    end_s      INTEGER NOT NULL CHECK (end_s > start_s), -- without buffers
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0),
    changed_ms INTEGER NOT NULL CHECK (changed_ms >= 0),
    -- By its last nine digits a number is known from another (business/phone.h).
    tail       TEXT NOT NULL GENERATED ALWAYS AS (substr(replace(replace(replace(replace(phone,
               ' ', ''), '-', ''), '(', ''), ')', ''), -9)) VIRTUAL
) STRICT;
CREATE INDEX visit_by_start ON visit (start_s);
CREATE INDEX visit_by_end ON visit (end_s);
CREATE INDEX visit_by_tail ON visit (tail) WHERE tail <> '';
CREATE INDEX visit_by_call ON visit (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX visit_by_creation ON visit (created_ms, profile);

-- One specialist's part of a visit. It occupies its cells while the visit is booked.
CREATE TABLE booking (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    visit_id        INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    n               INTEGER NOT NULL CHECK (n >= 0),
    profile         TEXT NOT NULL CHECK (profile <> ''), -- the visit's
    booked          INTEGER NOT NULL CHECK (booked IN (0, 1)), -- the visit's state
    specialist      TEXT NOT NULL CHECK (specialist <> ''),
    specialist_name TEXT NOT NULL,
    services        TEXT NOT NULL, -- ids, joined by ','
    service_names   TEXT NOT NULL, -- as told then
    start_s         INTEGER NOT NULL CHECK (start_s >= 0),
    end_s           INTEGER NOT NULL CHECK (end_s > start_s),
    free_s          INTEGER NOT NULL -- end of what is kept free: two days at most (booking_busy)
                    CHECK (free_s >= end_s AND free_s <= start_s + 172800),
    price_from      INTEGER NOT NULL CHECK (price_from >= -1),
    price_to        INTEGER NOT NULL CHECK (price_to >= -1),
    UNIQUE (visit_id, n)
) STRICT;
-- Covers what free times are made of.
CREATE INDEX booking_busy ON booking (profile, start_s, free_s, specialist, visit_id, booked)
    WHERE booked = 1;

-- Time that was taken out.
CREATE TABLE block (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    profile    TEXT NOT NULL CHECK (profile <> ''),
    specialist TEXT NOT NULL CHECK (specialist <> ''),
    from_s     INTEGER NOT NULL CHECK (from_s >= 0),
    to_s       INTEGER NOT NULL CHECK (to_s > from_s),
    why        TEXT NOT NULL,
    by         TEXT NOT NULL CHECK (by = 'call' OR by = 'chat' OR by = 'sheet' OR by = 'staff'),
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0)
) STRICT;
CREATE INDEX block_by_end ON block (to_s);

-- The times that a call was offered, one row a call; they all die at the same moment.
CREATE TABLE offering (
    call_id  INTEGER PRIMARY KEY REFERENCES call (id) ON DELETE CASCADE,
    profile  TEXT NOT NULL CHECK (profile <> ''),
    turn     INTEGER NOT NULL CHECK (turn >= 0), -- in which they were made
    until_ms INTEGER NOT NULL CHECK (until_ms >= 0)
) STRICT;
CREATE INDEX offering_by_end ON offering (until_ms);

-- Ids are never given twice: the rules remember them.
CREATE TABLE offer (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id    INTEGER NOT NULL REFERENCES offering (call_id) ON DELETE CASCADE,
    n          INTEGER NOT NULL CHECK (n >= 1),
    move_visit INTEGER REFERENCES visit (id) ON DELETE CASCADE, -- that it would move; NULL: a new one
    UNIQUE (call_id, n)
) STRICT;
CREATE INDEX offer_by_visit ON offer (move_visit) WHERE move_visit IS NOT NULL;

CREATE TABLE offer_part (
    offer_id        INTEGER NOT NULL REFERENCES offer (id) ON DELETE CASCADE,
    n               INTEGER NOT NULL CHECK (n >= 0),
    specialist      TEXT NOT NULL CHECK (specialist <> ''),
    specialist_name TEXT NOT NULL,
    services        TEXT NOT NULL,
    service_names   TEXT NOT NULL,
    start_s         INTEGER NOT NULL CHECK (start_s >= 0),
    end_s           INTEGER NOT NULL CHECK (end_s > start_s),
    free_s          INTEGER NOT NULL CHECK (free_s >= end_s AND free_s <= start_s + 172800),
    price_from      INTEGER NOT NULL CHECK (price_from >= -1),
    price_to        INTEGER NOT NULL CHECK (price_to >= -1),
    PRIMARY KEY (offer_id, n)
) STRICT, WITHOUT ROWID;

-- No two may have the same time of a specialist: a booking, a block, the offers of one call.
CREATE TABLE occupied (
    profile    TEXT NOT NULL,
    specialist TEXT NOT NULL,
    cell       INTEGER NOT NULL,
    booking_id INTEGER REFERENCES booking (id) ON DELETE CASCADE,
    block_id   INTEGER REFERENCES block (id) ON DELETE CASCADE,
    call_id    INTEGER REFERENCES offering (call_id) ON DELETE CASCADE,
    PRIMARY KEY (profile, specialist, cell),
    CHECK ((booking_id IS NOT NULL) + (block_id IS NOT NULL) + (call_id IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;
CREATE INDEX occupied_by_booking ON occupied (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX occupied_by_block ON occupied (block_id) WHERE block_id IS NOT NULL;
CREATE INDEX occupied_by_call ON occupied (call_id) WHERE call_id IS NOT NULL;

-- No client is at two visits at once. Visits for other people do not count.
CREATE TABLE client_cell (
    profile  TEXT NOT NULL,
    phone    TEXT NOT NULL CHECK (phone <> ''),
    cell     INTEGER NOT NULL,
    visit_id INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    PRIMARY KEY (profile, phone, cell)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_cell_by_visit ON client_cell (visit_id);

-- Every change of a visit.
CREATE TABLE booking_history (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    visit_id  INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    at_ms     INTEGER NOT NULL CHECK (at_ms >= 0),
    what      TEXT NOT NULL CHECK (CASE what WHEN 'booked' THEN 1 WHEN 'moved' THEN 1
              WHEN 'cancelled' THEN 1 WHEN 'noted' THEN 1 ELSE 0 END),
    was       TEXT NOT NULL, -- 'inna 2026-12-03T08:30:00Z', of several specialists joined by ', '
    became    TEXT NOT NULL,
    by        TEXT NOT NULL CHECK (by = 'call' OR by = 'chat' OR by = 'sheet' OR by = 'staff'),
    why       TEXT NOT NULL,
    call_id   INTEGER REFERENCES call (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX booking_history_by_visit ON booking_history (visit_id);
CREATE INDEX booking_history_by_call ON booking_history (call_id) WHERE call_id IS NOT NULL;

-- However a call ends, what it was offered is free. An ended call whose state is not empty still has
-- a turn running (docs/store.md): a caller who said yes and hung up has booked.
CREATE TRIGGER call_lets_go AFTER UPDATE OF ended_ms ON call
    WHEN new.ended_ms > 0 AND new.state = ''
BEGIN
    DELETE FROM offering WHERE call_id = new.id;
END;

-- The outbox takes more than requests: what the staff's sheet must show, and messages to clients.
-- Rows go with their visit; one of kind "sheet" without a visit tells the sheet of one that is gone.
CREATE TABLE outbox_8 (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind = 'lead' OR kind = 'sheet' OR kind = 'message'),
    payload    TEXT NOT NULL CHECK (payload GLOB '{*}'), -- one JSON object
    lead_id    INTEGER REFERENCES lead (id) ON DELETE CASCADE,
    visit_id   INTEGER REFERENCES visit (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0),
    due_ms     INTEGER NOT NULL CHECK (due_ms >= 0),
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    CHECK ((kind = 'lead') = (lead_id IS NOT NULL)),
    CHECK (CASE kind WHEN 'lead' THEN visit_id IS NULL WHEN 'message' THEN visit_id IS NOT NULL
           ELSE 1 END)
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'outbox_8', seq FROM sqlite_sequence WHERE name = 'outbox';
INSERT INTO outbox_8 (id, kind, payload, lead_id, created_ms, due_ms, attempts, last_error, state)
    SELECT id, kind, payload, lead_id, created_ms, due_ms, attempts, last_error, state FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_8 RENAME TO outbox;
CREATE INDEX outbox_not_out ON outbox (state, due_ms) WHERE state <> 'sent';
CREATE INDEX outbox_by_lead ON outbox (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX outbox_by_visit ON outbox (visit_id, kind) WHERE visit_id IS NOT NULL;

-- migration 9
-- The staff's sheet (store/sheet.h). A specialist's worksheet, by Google's number for it, which stays
-- when people rename it.
CREATE TABLE sheet_tab (
    profile     TEXT NOT NULL CHECK (profile <> ''),
    specialist  TEXT NOT NULL CHECK (specialist <> ''),
    spreadsheet TEXT NOT NULL, -- its id: another one has no worksheet of these
    tab         INTEGER NOT NULL,
    title       TEXT NOT NULL, -- as the profile had it; with another one it is another worksheet
    PRIMARY KEY (profile, specialist)
) STRICT, WITHOUT ROWID;

-- Where a booking stands in a worksheet, or stood and must be taken away. No reference to the
-- booking: the place of one that is gone must still be emptied.
CREATE TABLE sheet_place (
    booking_id  INTEGER NOT NULL,
    spreadsheet TEXT NOT NULL,
    tab         INTEGER NOT NULL,
    start_s     INTEGER NOT NULL,
    end_s       INTEGER NOT NULL CHECK (end_s > start_s), -- with what is kept free after it
    seen        INTEGER NOT NULL CHECK (seen IN (0, 1)), -- it was read there after it was written
    wrote       TEXT NOT NULL, -- name, services, phone and state as written last, one a line
    was         TEXT NOT NULL, -- name, services and phone as read last
    PRIMARY KEY (booking_id, spreadsheet, tab, start_s)
) STRICT, WITHOUT ROWID;

-- What staff did in the sheet, and what the book made of it.
CREATE TABLE sheet_change (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms      INTEGER NOT NULL CHECK (at_ms >= 0),
    profile    TEXT NOT NULL,
    specialist TEXT NOT NULL,
    start_s    INTEGER NOT NULL, -- of the row; 0: of none
    what       TEXT NOT NULL CHECK (what <> ''),
    booking_id INTEGER, -- that it is about; NULL: about none
    text       TEXT NOT NULL CHECK (length(text) <= 2000)
) STRICT;
CREATE INDEX sheet_change_by_time ON sheet_change (at_ms);
CREATE INDEX sheet_change_by_booking ON sheet_change (booking_id) WHERE booking_id IS NOT NULL;

-- How the last look at the sheet went, for who asks.
CREATE TABLE sheet_round (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    tried_ms INTEGER NOT NULL,
    done_ms  INTEGER NOT NULL, -- the last that went well; 0: none did
    fault    TEXT NOT NULL     -- why the last one did not; '' if it did
) STRICT;

-- A message to the client of a visit that was put into the outbox. One that was taken back there
-- unsent is as if it had never been; one that was sent stays, so that it goes out once.
CREATE TABLE message (
    visit_id  INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    what      TEXT NOT NULL CHECK (what IN ('booked', 'reminder')),
    way       TEXT NOT NULL CHECK (way <> ''), -- by which it goes: 'log', 'webhook'
    start_s   INTEGER NOT NULL, -- of the visit that it tells of: moved, it is another message
    outbox_id INTEGER NOT NULL,
    PRIMARY KEY (visit_id, what, way, start_s)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_by_outbox ON message (outbox_id);
CREATE TRIGGER message_taken_back AFTER DELETE ON outbox
    WHEN old.kind = 'message' AND old.state <> 'sent'
BEGIN
    DELETE FROM message WHERE outbox_id = old.id;
END;

-- What the client answered to a reminder of a visit at that time.
CREATE TABLE visit_answer (
    visit_id INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
    start_s  INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL CHECK (at_ms >= 0),
    PRIMARY KEY (visit_id, start_s)
) STRICT, WITHOUT ROWID;

-- With a booking go the words about it.
CREATE TRIGGER booking_leaves_sheet AFTER DELETE ON booking
BEGIN
    UPDATE sheet_place SET wrote = '', was = '' WHERE booking_id = old.id;
    DELETE FROM sheet_change WHERE booking_id = old.id;
END;

-- migration 10
-- The line of the exchange that has the call, or had it last: '901'; '': none that was told.
ALTER TABLE call ADD COLUMN line TEXT NOT NULL DEFAULT '' CHECK (length(line) <= 64);

-- The outbox takes what the exchange is to be asked for: rows of kind 'binotel' go with their call.
CREATE TABLE outbox_10 (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL CHECK (kind IN ('lead', 'sheet', 'message', 'binotel')),
    payload    TEXT NOT NULL CHECK (payload GLOB '{*}'), -- one JSON object
    lead_id    INTEGER REFERENCES lead (id) ON DELETE CASCADE,
    visit_id   INTEGER REFERENCES visit (id) ON DELETE CASCADE,
    call_id    INTEGER REFERENCES call (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL CHECK (created_ms >= 0),
    due_ms     INTEGER NOT NULL CHECK (due_ms >= 0),
    attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    CHECK ((kind = 'lead') = (lead_id IS NOT NULL)),
    CHECK ((kind = 'binotel') = (call_id IS NOT NULL)),
    CHECK (CASE kind WHEN 'message' THEN visit_id IS NOT NULL WHEN 'sheet' THEN 1
           ELSE visit_id IS NULL END)
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'outbox_10', seq FROM sqlite_sequence WHERE name = 'outbox';
INSERT INTO outbox_10 (id, kind, payload, lead_id, visit_id, created_ms, due_ms, attempts,
                       last_error, state)
    SELECT id, kind, payload, lead_id, visit_id, created_ms, due_ms, attempts, last_error, state
    FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_10 RENAME TO outbox;
CREATE INDEX outbox_not_out ON outbox (state, due_ms) WHERE state <> 'sent';
CREATE INDEX outbox_by_lead ON outbox (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX outbox_by_visit ON outbox (visit_id, kind) WHERE visit_id IS NOT NULL;
CREATE INDEX outbox_by_call ON outbox (call_id) WHERE call_id IS NOT NULL;
CREATE TRIGGER message_taken_back AFTER DELETE ON outbox
    WHEN old.kind = 'message' AND old.state <> 'sent'
BEGIN
    DELETE FROM message WHERE outbox_id = old.id;
END;

-- When the next request to a vendor may leave that wants a pause between any two (store/pace.h).
CREATE TABLE pace (
    vendor  TEXT PRIMARY KEY CHECK (vendor <> ''),
    next_ms INTEGER NOT NULL CHECK (next_ms >= 0)
) STRICT, WITHOUT ROWID;
