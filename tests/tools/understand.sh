#!/bin/bash
# check: san
# understand.sh: what the rules make of a caller's line.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

members='["intent","services","specialist","day","days","time","from","to","name","phone","answer","choice"]'

mkdir "$work/profiles"
cp tests/profiles/visits-*.json "$work/profiles/"
mv "$work/profiles/visits-salon.json" "$work/profiles/salon.json"
export HOLOS_PROFILES=$work/profiles HOLOS_PROFILE=salon

run understand 'Добрий день, хочу манікюр з гель-лаком до Інни завтра о третій' --profile salon --json
ok "everything at once" json 'd["intent"] == "book" and d["services"] == ["manicure-gel"] and d["specialist"] == "inna" and d["time"] == "15:00" and len(d["day"]) == 10'
ok "with the members of the contract and no others" json "list(d) == $members"
run understand 'запишіть на видалення зуба мудрості на вихідних' --profile visits-clinic --json
ok "another business, two days" json 'd["services"] == ["wisdom"] and d["day"] is None and len(d["days"]) == 2'
run understand 'хочу стрижку с бородой завтра после обеда' -p visits-barber --json
ok "in the other language" json 'd["services"] == ["cut-beard"] and d["from"] == "13:00" and d["to"] is None and d["time"] is None'
run understand 'другий' -p salon --asks choice --json
ok "a choice" json 'd["choice"] == 2 and d["intent"] is None and d["services"] == []'
run understand 'останній' -p salon --asks choice --offers 2 --json
ok "the last one of two" json 'd["choice"] == 2'
run understand 'так, звичайно' -p salon --asks confirm --json
ok "a yes" json 'd["answer"] == "yes" and d["name"] is None'
run understand 'Олена, 050 123 45 67' -p salon --asks name --json
ok "a name and a number" json 'd["name"] == "Олена" and d["phone"] == "+380501234567" and d["specialist"] is None'
run understand 'яка у вас адреса?' -p salon
ok "for a person" exits 0 "address"
run understand 'бу-бу-бу' -p salon
ok "nothing" exits 0 "nothing was understood"
run understand '' -p salon --json
ok "an empty line" json 'd["intent"] is None'
run understand 'манікюр'
ok "several businesses have a book" exits 1 "" "--profile"
run understand 'манікюр' -p nobody
ok "a profile that is not there" exits 1 "" 'no profile "nobody"'
run understand 'манікюр' -p salon --asks nonsense
ok "what nobody asks" exits 100 "" "nonsense"
run understand 'манікюр' -p salon --asks choice --offers 99
ok "too many offers" exits 100 "" "offers"
run understand $'\xff' -p salon
ok "no UTF-8" exits 100 "" "UTF-8"
rm "$work"/profiles/visits-*.json
run understand 'манікюр' --json
ok "the only business that has a book" json 'd["services"] == ["manicure"]'
done_testing
