#!/bin/bash
# check: san
# book.sh: `holos book`: every verb, what it refuses, and the calendar as another program reads it.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
export TZ=Asia/Tokyo HOLOS_NOW=2026-12-01T10:00:00+02:00 # not the business's zone
run migrate
mkdir "$work/profiles"
cp "$root/tests/profiles/visits-salon.json" "$work/profiles/salon.json"
export HOLOS_PROFILES=$work/profiles

book() { # VERB...: and how it ended
    run book "$@"
}
client=(--name Олена --phone '050 123-45-67')

book free --service manicure-gel --from tomorrow --days 1 --json
ok "free times have who and when, with the offset" json 'd[0]["start"].startswith("2026-12-02T") and d[0]["start"].endswith("+02:00") and d[0]["specialist"]'
book add --service manicure-gel --specialist inna --at "2026-12-02 10:00" "${client[@]}" --note "алергія"
ok "add prints the id" exits 0 1
book list --json
ok "list --json is the contract's" json '[(b["id"], b["state"], b["profile"], b["specialist"], b["services"], b["start"], b["end"], b["client"]["name"], b["client"]["phone"], b["by"], b["call"], b["price"]["from"], b["price"]["to"], b["note"]) for b in d] == [(1, "booked", "salon", "inna", ["manicure-gel"], "2026-12-02T10:00:00+02:00", "2026-12-02T11:30:00+02:00", "Олена", "+380501234567", "staff", None, 600, 600, "алергія")]'
book list
ok "list is a table" exits 0 "Олена"
book add --service manicure-gel --specialist inna --at "2026-12-02 10:30" --name Ольга --phone 0670000002
ok "a taken time is 4, with the nearest three" exits 4 "" "2026-12-02T"
book add --service manicure-gel --specialist inna --at "2026-12-02 10:30" --name Ольга --phone 0670000002 --json
[ "$status" = 4 ] && json 'len(d["nearest"]) == 3 and d["nearest"][0]["specialist"] == "inna"'
ok "the same in JSON" test $? = 0
book list --json
ok "nothing of a refused one is there" json 'len(d) == 1'
book add --service manicure-gel --specialist olena --at "2026-12-02 10:30" "${client[@]}"
ok "one client is not at two visits at once" exits 4 "" "another visit"

book move 1 --at "2026-12-03 10:30"
ok "move" exits 0 1
book show 1
ok "show has the history, in the business's time" exits 0 "2026-12-01T10:00  moved by staff"
book show 1 --json
ok "show --json" json '[h["what"] for h in d["history"]] == ["booked", "moved"] and d["bookings"][0]["start"] == "2026-12-03T10:30:00+02:00"'
book move 1 --at "2026-12-02 03:00"
ok "a move out of the hours is refused" exits 4
book move 99 --at "2026-12-03 12:00"
ok "what is not there is 3" exits 3 "" "no booking 99"
book day 2026-12-03
ok "the day is a table with a column for each" exits 0 "Інна"
book block --specialist inna --from "2026-12-03 10:00" --to "2026-12-03 11:00" --why лікар
ok "a block does not go over a booking" exits 4 "" "taken"
book block --specialist inna --from "2026-12-04 10:00" --to "2026-12-04 13:00" --why лікар
ok "a block prints its number" exits 0 1
book add --service manicure-gel --specialist inna --at "2026-12-04 11:00" "${client[@]}"
ok "blocked time cannot be booked" exits 4
book unblock 1
ok "unblock" exits 0
book unblock 1
ok "unblocking twice is 3" exits 3 "" ""

book ics
cp "$work/out" "$work/book.ics"
ok "the calendar's lines end as RFC 5545 says" test "$(grep -c $'\r$' "$work/book.ics")" = "$(wc -l <"$work/book.ics")"
ok "no line is longer than 75 bytes" test "$(awk '{ sub(/\r$/, ""); if (length($0) > 75) n++ } END { print n + 0 }' "$work/book.ics")" = 0
book cancel 1 --why "клієнтка захворіла"
ok "cancel" exits 0
book cancel 1
ok "cancelling twice is 3" exits 3 "" ""
book list --json
ok "a cancelled one is not listed" json 'd == []'
book list --all --json
ok "but with --all" json 'd[0]["state"] == "cancelled"'
book ics
ok "the calendar says so" has_words "STATUS:CANCELLED"

book add --service manicure-gel --at "2026-11-30 10:00" "${client[@]}"
ok "what is over cannot be booked" exits 4 "" "over"
book add --service manicure-gel --specialist inna --at "2026-11-30 10:00" "${client[@]}" --past
ok "but for the history" exits 0
for bad in "--service nails --at tomorrow\ 10:00" "--service manicure-gel --specialist nobody --at tomorrow\ 10:00"; do
    eval "book add $bad" '"${client[@]}"'
    ok "no such thing is 3: $bad" exits 3 "" "there is no"
done
for bad in "--service manicure-gel --at 10:00" "--service manicure-gel --at tomorrow" "--service manicure-gel --at 2026-02-30\ 10:00" "--at tomorrow\ 10:00" "--service manicure-gel"; do
    eval "book add $bad" '"${client[@]}"'
    ok "what was not understood is 100: $bad" exits 100 "" "holos book:"
done
book add --service manicure-gel --at "tomorrow 10:00" --name Олена --phone 12
ok "a number that is none is refused" exits 100 "" "telephone number"
book add --service manicure-gel --at "tomorrow 10:00" --phone 0501234567
ok "a name is needed" exits 100 "" "--name"
book frobnicate
ok "an unknown verb is told" exits 100 "" "frobnicate"
book list --profile hotel
ok "a profile that is not there" exits 3 "" "no profile"
cp "$root/profiles/hotel.json" "$work/profiles/"
book list --profile hotel
ok "one that keeps no book" exits 1 "" "keeps no book"
book list --json
ok "the only one with a book is meant" exits 0
HOLOS_NOW=2027-03-28T01:00:00+02:00
book add --service manicure-gel --at "2027-03-28 03:30" "${client[@]}"
ok "an hour that the change of the clocks leaves out" exits 4 "" "cannot begin at that minute"
done_testing
