"""A model that keeps an appointment book: what Claude is played to say in the callers' dialogues of tests/scenarios.

The scenario's `claude.book` is {"holos": program, "profiles": folder, "languages": folder}. What a line means it is told
by `holos understand`; what to do with it is a small policy over the tools that the request offers. It keeps nothing: what
is known of a call it reads from the messages again each time, as a model does.
"""
import datetime
import functools
import json
import os
import re
import subprocess
import zoneinfo

DAY_MOST = 3  # times that are told at once
MONTHS = {
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
}
DAYS = {
    "uk": "понеділок вівторок середу четвер п'ятницю суботу неділю".split(),
    "ru": "понедельник вторник среду четверг пятницу субботу воскресенье".split(),
}
# What it says. What a sentence asks is known by its key: "asks" below.
SAY = {
    "uk": {
        "service": "На яку послугу вас записати?",
        "day": "На який день вам зручно?",
        "name": "Підкажіть, будь ласка, ваше ім'я.",
        "phone": "Назвіть, будь ласка, ваш номер телефону.",
        "times": "Є вільний час: %s. Який вам підходить?",
        "taken": "На цей час записати не можна.",
        "closed": "Цього дня не працюємо.",
        "full": "На жаль, вільного часу немає.",
        "cancel": "Скасувати запис: %s?",
        "booked": "Готово, записано. Чи можу ще чимось допомогти?",
        "cancelled": "Запис скасовано. Чи можу ще чимось допомогти?",
        "kept": "Добре, нічого не змінюю. Чи можу ще чимось допомогти?",
        "dropped": "Добре, не записую. Чи можу ще чимось допомогти?",
        "mine": "Ваші записи: %s. Чи можу ще чимось допомогти?",
        "none": "Таких записів немає. Чи можу ще чимось допомогти?",
        "which": "У вас кілька записів: %s. Який саме?",
        "when": "На який день і час перенести?",
        "info": "%s. Чи можу ще чимось допомогти?",
        "wish": "Що передати адміністраторові?",
        "left": "Передано, вам передзвонять. Чи можу ще чимось допомогти?",
        "lost": "Вибачте, я можу лише записати вас або розповісти про послуги. Чим допомогти?",
        "bye": "Дякую за дзвінок! До побачення!",
    },
    "ru": {
        "service": "На какую услугу вас записать?",
        "day": "На какой день вам удобно?",
        "name": "Подскажите, пожалуйста, ваше имя.",
        "phone": "Назовите, пожалуйста, ваш номер телефона.",
        "times": "Есть свободное время: %s. Какое вам подходит?",
        "taken": "На это время записать нельзя.",
        "closed": "В этот день не работаем.",
        "full": "К сожалению, свободного времени нет.",
        "cancel": "Отменить запись: %s?",
        "booked": "Готово, записано. Могу ли я помочь чем-то ещё?",
        "cancelled": "Запись отменили. Могу ли я помочь чем-то ещё?",
        "kept": "Хорошо, ничего не меняю. Могу ли я помочь чем-то ещё?",
        "dropped": "Хорошо, не записываю. Могу ли я помочь чем-то ещё?",
        "mine": "Ваши записи: %s. Могу ли я помочь чем-то ещё?",
        "none": "Записей не найдено. Могу ли я помочь чем-то ещё?",
        "which": "У вас несколько записей: %s. Какая именно?",
        "when": "На какой день и час перенести?",
        "info": "%s. Могу ли я помочь чем-то ещё?",
        "wish": "Что передать администратору?",
        "left": "Передано, вам перезвонят. Могу ли я помочь чем-то ещё?",
        "lost": "Извините, я могу только записать вас или рассказать об услугах. Чем помочь?",
        "bye": "Спасибо за звонок! До свидания!",
    },
}
ASKS = {"service": "service", "day": "day", "name": "name", "phone": "phone", "times": "choice", "read": "confirm",
        "cancel": "confirm", "which": "which", "when": "day", "wish": "wish"}
OVER = ("booked", "cancelled", "kept", "dropped", "left")  # what was wanted is done
OTHER = re.compile(r"подруг|друг|доньк|дочк|дочер|син[ау]|сын|мо[гєё].* (чоловік|муж)|чоловіка|мужа|дружин|жен[уы]|дитин|реб[её]н|мам")
ADDRESS = re.compile(r"адрес|знаходит|находит|де ви|где вы")
NEAREST = re.compile(r"найближч|ближайш|якнайшвидше|как можно скорее|коли можна|когда можно")
ALSO = re.compile(r"^(і ще|й ще|ще|та ще|и ещ[её]|ещ[её]|також|также|а ще|а ещ[её])\b")
ANYBODY = re.compile(r"хто роб|кто дела|будь[- ]хто|будь[- ]кого|кто[- ]нибудь|люб(ой|ому)|інш(ий|ого) майс|друго(й|го) мастер")
DROPS = re.compile(r"передумал|не треба|не надо")
PERSON = re.compile(r"адміністратор|администратор|людин|человек")


READ_BACK = {"uk": "Усе правильно?", "ru": "Всё верно?"}  # a tool's words, said as they are


def visits_in(result):
    """The visits of my_bookings: (id, day, hour, services' names, specialists' names, services' ids, specialists' ids)."""
    found = []
    for told in result.split("; "):
        m = re.match(r"\d\) visit (\d+): \w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d), ", told)
        if m:
            parts = re.findall(r"([a-z0-9,-]+) \(([^)]*)\) with ([a-z0-9-]+) \(([^)]*)\)", told)
            found.append(m.groups() + (", ".join(p[1] for p in parts), ", ".join(dict.fromkeys(p[3] for p in parts)),
                                       [x for p in parts for x in p[0].split(",")], [p[2] for p in parts]))
    return found


def known_as(text, lang):
    """The key of the last sentence of ours that the text ends with."""
    if text.endswith(READ_BACK[lang]):
        return "read"
    best = (-1, None)
    for key, words in SAY[lang].items():
        parts = [p for p in words.split("%s") if p]
        at = text.rfind(parts[0])
        if at >= 0 and text.rstrip().endswith(parts[-1].strip()) and (at, len(parts[0])) > (best[0], 0):
            best = (at, key)
    return best[1]


class Mind:
    """One request: who the business is, what was said so far, and what to do now."""

    def __init__(self, asked, turns, config):
        self.config = config
        self.system = "\n".join(b["text"] for b in asked["system"])
        self.lang = "ru" if re.search(r"^Сейчас ", asked["system"][-1]["text"], re.M) else "uk"
        self.names = dict(re.findall(r"^- ([a-z0-9-]+): ([^;,\n]+)[;,]", self.system, re.M))
        self.services = dict(re.findall(r"^- ([a-z0-9-]+): ([^;,\n]+), \d+ min", self.system, re.M))
        self.profile, self.zone = business(config["profiles"], self.system)
        self.now = self.moment(asked["system"][-1]["text"])
        self.hidden = bool(re.search(r"не (визначився|определился)", asked["system"][-1]["text"]))
        self.offers = re.findall(r"^- offer (\d+): ([\d-]+ [\d:]+), (.*)$", self.system, re.M)
        self.done = results(turns)
        self.read(turns)

    def moment(self, text):
        """HOLOS_NOW of what the prompt says that it is."""
        words = "|".join(MONTHS["uk"] + MONTHS["ru"])
        m = re.search(r"(\d+) (%s) (\d{4})[^\d]*(\d\d):(\d\d)" % words, text)
        month = next(MONTHS[x].index(m.group(2)) for x in MONTHS if m.group(2) in MONTHS[x])
        return datetime.datetime(int(m.group(3)), month + 1, int(m.group(1)), int(m.group(4)), int(m.group(5)),
                                 tzinfo=zoneinfo.ZoneInfo(self.zone)).isoformat()

    # ---- what was said ----------------------------------------------------------------------------

    def read(self, turns):
        self.slots, self.asked, self.line, self.u, self.agreed, self.words = {}, "open", "", {}, False, []
        self.key, self.question, listed = None, "", []
        for role, text in said(turns):
            if role == "assistant":
                self.question = text
                self.key = known_as(text, self.lang)
                self.asked = ASKS.get(self.key, "else" if text.endswith(SAY[self.lang]["booked"][-25:]) else "open")
                listed = [(self.year(t[0]), t[1], t[2]) for t in told_times(text)]
                if self.key in OVER:
                    self.slots = {k: v for k, v in self.slots.items() if k in ("name", "phone")}
                    self.agreed = False
                continue
            self.line = text
            self.words.append(text)
            self.u = self.understand(self.asked, max(1, len(listed)))
            self.take(listed)

    def understand(self, asked, offers):
        c = self.config
        return understand(c["holos"], c["profiles"], c["languages"], self.profile, self.lang, self.now, asked, offers, self.line)

    def year(self, day):
        """A month and a day of our own sentence: the next such day."""
        this = int(self.now[:4])
        return "%d-%s" % (this + (day < self.now[5:10]), day)

    def take(self, listed):
        u, s = self.u, self.slots
        if u["intent"] in ("book", "move", "cancel", "mine", "person") and not (
                u["intent"] == "book" and s.get("intent") in ("move", "cancel") and self.asked in ("day", "which", "choice", "time")):
            s["intent"] = u["intent"]
        for name in ("specialist", "name", "phone"):
            if u[name]:
                s[name] = u[name]
        if u["services"] and ALSO.search(self.line.lower()):
            s["services"] = s.get("services", []) + [x for x in u["services"] if x not in s.get("services", [])]
        elif u["services"]:
            s["services"] = u["services"]
        elif self.asked == "service":
            s["services"] = self.by_name() or s.get("services")
        if ANYBODY.search(self.line.lower()):
            s["specialist"] = None
        if u["day"] or u["days"]:
            s["day"], s["days"] = u["day"], u["days"]
        if u["time"]:
            s.update({"time": u["time"], "from": None, "to": None})
        elif u["from"] or u["to"]:
            s.update({"time": None, "from": u["from"], "to": u["to"]})
        if self.asked == "choice":
            self.choose(listed)
        if self.asked == "confirm" and u["answer"] == "no" and not u["name"]:
            m = re.search(r"не (\w+),? а (\w+)$", self.line)
            u["name"] = s["name"] = m.group(2) if m and m.group(2)[0].isupper() else s.get("name")
        if self.asked == "name" and not s.get("name") and not self.news() and not u["answer"] and len(self.line.split()) <= 2:
            s["name"] = self.line.strip(" .,!")
        if OTHER.search(self.line.lower()):
            s["other"] = True
        if self.asked == "confirm":
            self.agreed = u["answer"] == "yes" and not u["name"]
        if self.asked == "confirm" and not (u["answer"] or self.news() or s.get("name")):
            s["name"] = self.understand("name", 1)["name"]  # the read-back came before the name

    def choose(self, listed):
        """One of the times that were listed: by its number, by a key, or by its hour."""
        s, u = self.slots, self.u
        key = re.fullmatch(r"\d\) \w+ ([\d-]+) ([\d:]+) with ([a-z0-9-]+).*", self.line)
        if key:
            s["day"], s["time"], s["specialist"] = key.groups()
        elif u["choice"] and u["choice"] <= len(listed):
            s["day"], s["time"], s["specialist"] = listed[u["choice"] - 1]
        elif u["time"] and not u["day"] and not u["days"] and listed:
            s["day"] = next((t[0] for t in listed if t[1] == u["time"]), listed[0][0] if s.get("days") else s.get("day") or listed[0][0])
            s["days"] = None

    def by_name(self):
        """The service whose name in the catalogue has most of the words that were said of it."""
        def hits(name, words):
            return sum(any(n.startswith(w[:max(4, len(w) - 3)]) for n in name.lower().split()) for w in words)
        last = [w for w in re.findall(r"\w{4,}", self.line.lower())]
        before = [w for line in self.words[:-1] for w in re.findall(r"\w{4,}", line.lower())]
        found = sorted(((hits(n, last), hits(n, before), k) for k, n in self.services.items()), reverse=True)
        return [found[0][2]] if found and found[0][0] > 0 and found[0][:2] > found[1][:2] else None

    # ---- what to do -------------------------------------------------------------------------------

    def say(self, key, value=None):
        words = SAY[self.lang][key]
        return {"text": words % value if value is not None else words}

    @staticmethod
    def use(name, text="", /, **inputs):
        return {"text": text, "tools": [{"name": name, "input": {k.rstrip("_"): v for k, v in inputs.items()}}]}

    def answer(self):
        return self.after(*self.done[-1]) if self.done else self.first()

    def first(self):
        """To a line of the caller."""
        u = self.u
        if u["intent"] == "goodbye" or (self.asked == "else" and u["answer"] == "no" and not self.news()):
            return self.use("end_call", SAY[self.lang]["bye"], reason="goodbye")
        if self.asked == "wish":
            return self.use("leave_request", name=self.slots.get("name") or "", phone="", wish=self.line)
        if u["intent"] == "person" or PERSON.search(self.line.lower()) and not u["services"]:
            return self.use("ask_for_person")
        if ADDRESS.search(self.line.lower()):
            line = re.search(r"^(?:Адреса|Адрес): (.*)$", self.system, re.M)
            told = self.say("info", line.group(1).rstrip(".") if line else "")
            if self.slots.get("services") and not self.slots.get("time"):  # and the times once more
                return dict(self.find(), text=told["text"].partition(". ")[0] + ".")
            return told
        if u["intent"] == "who" and u["day"] and self.slots.get("services"):
            return self.find()
        if u["intent"] in ("price", "length", "who") and not ANYBODY.search(self.line.lower()) and (u["services"] or self.slots.get("services")):
            return self.use("service_info", services=",".join(u["services"] or self.slots["services"]))
        if self.asked in ("confirm", "choice") and (u["answer"] == "no" or DROPS.search(self.line.lower())) and not self.news() and not u["name"]:
            return self.say("kept" if self.key == "cancel" else "dropped")
        if self.agreed and self.offers and self.key != "cancel":
            return self.confirm()
        if self.slots.get("intent") in ("mine", "cancel", "move"):
            return self.look()
        return self.book()

    def news(self):
        return any(self.u[k] for k in ("services", "specialist", "day", "days", "time", "from", "to", "intent"))

    def by_number(self):
        """Are number and name told to find somebody's visit?"""
        return self.hidden or self.slots.get("phone")

    def look(self):
        what = {"mine": "know"}.get(self.slots["intent"], self.slots["intent"])
        return self.use("my_bookings", for_=what, phone=self.slots.get("phone") or "",
                        name=self.slots.get("name") or "" if self.by_number() else "")

    def other(self):
        return "yes" if self.slots.get("other") else "no"

    def confirm(self):
        s = self.slots
        return self.use("confirm_booking", offer=self.offers[-1][0], name=s.get("name") or "",
                        phone=(s.get("phone") or "") if self.hidden else "", for_other=self.other())

    def book(self):
        s = self.slots
        if not s.get("services"):
            if s.get("intent") or self.news():
                return self.use("find_times", services="", specialist="", day="", until="", from_="", to="")
            return self.say("lost")
        if s.get("day") and s.get("time"):
            return self.use("offer_time", services=",".join(s["services"]), specialist=s.get("specialist") or "",
                            at=s["day"] + " " + s["time"], for_other=self.other())
        return self.find()

    def find(self):
        s = self.slots
        days = s.get("days") or [s.get("day") or ("nearest" if NEAREST.search(" ".join(self.words).lower()) else "")]
        return self.use("find_times", services=",".join(s["services"]), specialist=s.get("specialist") or "", day=days[0],
                        until=days[-1] if len(days) > 1 else "", from_=s.get("from") or s.get("time") or "", to=s.get("to") or "")

    def after(self, name, inputs, result, wrong):
        """To what a tool has answered."""
        return getattr(self, "after_" + name, lambda *_: self.say("lost"))(inputs, result, wrong)

    def after_end_call(self, *_):
        return {"text": ""}

    def after_find_times(self, inputs, result, wrong):
        if re.search(r"\"services\"|no such service", result):
            return self.say("service")
        if re.search(r"\"day\"", result):
            return self.say("day")
        times = re.findall(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) with ([a-z0-9-]+)", result)
        if not times:
            return self.say("full")
        again = any(n in ("offer_time", "move_booking") for n, *_ in self.done[:-1])
        words = ", ".join(self.time(*t) for t in times[:DAY_MOST])
        told = self.say("times", words)
        if wrong or again:
            told["text"] = SAY[self.lang]["closed" if "work" in result else "taken"] + " " + told["text"]
        return told

    def after_offer_time(self, _, result, wrong):
        if wrong:
            return self.find()  # what is free instead
        return {"text": re.search(r'"(.*)"', result).group(1)}

    def after_move_booking(self, inputs, result, wrong):
        if wrong and "nearest" in result:
            return self.after_find_times(inputs, result, wrong)
        return self.say("when") if wrong else self.after_offer_time(inputs, result, wrong)

    def after_confirm_booking(self, _, result, wrong):
        if not wrong:
            return self.say("booked")
        if re.search(r"\bname\b", result):
            return self.say("name")
        return self.say("phone") if re.search(r"number|phone", result) else self.find()

    def after_my_bookings(self, _, result, wrong):
        s = self.slots
        visits = visits_in(result)
        if wrong:
            return self.say("name" if "name of the visit is needed" in result else "phone")
        if not visits:
            return self.say("none")
        tell = lambda v: "%s, %s, %s" % (self.time(v[1], v[2]), v[3], v[4].strip(". "))
        if s["intent"] == "mine":
            return self.say("mine", "; ".join(map(tell, visits)))
        chosen = [v for v in visits if self.meant(v, s["intent"])] or visits
        if self.key == "cancel":  # the one that was asked about
            chosen = [v for v in visits if self.time(v[1], v[2]) in self.question] or chosen
        if len(chosen) > 1:
            return self.say("which", "; ".join(map(tell, chosen)))
        who = {"phone": s.get("phone") or "" if self.hidden else "", "name": s.get("name") or "" if self.hidden else ""}
        if s["intent"] == "cancel":
            return self.use("cancel_booking", visit=chosen[0][0], **who)
        if s.get("time") and not s.get("day"):
            s["day"] = chosen[0][1]
        if s.get("day") and not s.get("time"):
            s["services"] = chosen[0][5]
            return self.find()
        at = s["day"] + " " + s["time"] if s.get("day") else ""
        return self.use("move_booking", visit=chosen[0][0], at=at, specialist=s.get("specialist") or "", **who)

    def meant(self, visit, intent):
        """Is it the one that the caller means? The day of a move is the new one."""
        s = self.slots
        day = intent != "cancel" or not s.get("day") or s["day"] == visit[1]
        by = not s.get("specialist") or s["specialist"] in visit[6]
        what = not s.get("services") or any(x in visit[5] for x in s["services"])
        key = re.match(r"\d\) visit (\d+):", self.line)
        if key:
            return key.group(1) == visit[0]
        if self.asked == "which" and not (self.u["specialist"] or self.u["day"]):
            names = " ".join(self.services.get(x, "") for x in visit[5]).lower()
            what = self.u["services"] and what or any(n[:4] == w[:4] for n in names.split() for w in re.findall(r"\w{4,}", self.line.lower()))
        return day and by and what

    def after_cancel_booking(self, inputs, result, wrong):
        if wrong:
            return self.say("none")
        if re.search(r"not cancelled yet", result, re.I):
            mine = [r for n, _, r, _ in self.done if n == "my_bookings"]
            visit = next(v for v in visits_in(mine[-1]) if v[0] == inputs["visit"])
            return self.say("cancel", "%s, %s, %s" % (self.time(visit[1], visit[2]), visit[3], visit[4]))
        return self.say("cancelled")

    def after_service_info(self, _, result, __):
        told = re.sub(r"\b[a-z0-9-]+ \(([^)]*)\)", r"\1", result).replace(" minutes", " хв").rstrip(". ")
        told = re.sub(r"done by ", "", told)
        if self.question and self.asked not in ("else", "open"):  # and the question once more
            return {"text": told + ". " + self.question}
        return self.say("info", told)

    def after_ask_for_person(self, *_):
        return self.say("wish")

    def after_leave_request(self, _, __, wrong):
        return self.say("phone" if wrong else "left")

    def time(self, day, hour, by=None):
        d = datetime.date.fromisoformat(day)
        words = "у %s, %d %s %s" if self.lang == "uk" else "в %s, %d %s %s"
        return words % (DAYS[self.lang][d.weekday()], d.day, MONTHS[self.lang][d.month - 1], hour) + \
            (" (%s, %s)" % (self.names.get(by, by), by) if by else "")


def told_times(text):
    """The times that a sentence of ours listed: (month and day, hour, specialist's id), in its order."""
    found = []
    words = "|".join(MONTHS["uk"] + MONTHS["ru"])
    for m in re.finditer(r"(\d+) (%s) (\d\d:\d\d) \([^,)]*, ([a-z0-9-]+)\)" % words, text):
        month = next(MONTHS[x].index(m.group(2)) for x in MONTHS if m.group(2) in MONTHS[x]) + 1
        found.append((month, int(m.group(1)), m.group(3), m.group(4)))
    return [("%02d-%02d" % t[:2], t[2], t[3]) for t in found]


def said(turns):
    """The words of both, in their order, without tools: (role, text)."""
    for _, role, blocks in turns:
        text = " ".join(b["text"] for b in blocks if b["type"] == "text").strip()
        if text and not (role == "user" and text.startswith("(")):  # what stands for the call's beginning
            yield role, text


def results(turns):
    """The tools that were used since the caller's last words: (name, inputs, result, refused)."""
    uses, found = {}, []
    for _, role, blocks in turns:
        if role == "user" and any(b["type"] == "text" for b in blocks):
            uses, found = {}, []
        for b in blocks:
            if b["type"] == "tool_use":
                uses[b["id"]] = b
            elif b["type"] == "tool_result" and b["tool_use_id"] in uses:
                use = uses[b["tool_use_id"]]
                content = b.get("content", "")
                text = content if isinstance(content, str) else " ".join(c.get("text", "") for c in content)
                found.append((use["name"], use["input"], text, bool(b.get("is_error"))))
    return found


@functools.lru_cache(maxsize=64)
def businesses(folder):
    found = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                p = json.load(f)
            titles = [p["business"]] + [v.get("business", "") for v in p.get("languages", {}).values()]
            ids = {s["id"] for s in p.get("book", {}).get("services", [])}
            found.append((name[:-5], [t for t in titles if t], p.get("time_zone", "Europe/Kyiv"), ids))
    return found


def business(folder, system):
    told = set(re.findall(r"^- ([a-z0-9-]+): ", system, re.M))
    for name, titles, zone, ids in businesses(folder):
        if any(t in system for t in titles) and ids <= told:
            return name, zone
    raise ValueError("the prompt names no business of %s" % folder)


@functools.lru_cache(maxsize=20000)
def understand(holos, profiles, languages, profile, lang, now, asks, offers, text):
    env = {"PATH": os.environ.get("PATH", ""), "HOLOS_TREE": "", "HOLOS_PROFILES": profiles, "HOLOS_LANGUAGES": languages,
           "HOLOS_DB": "/nonexistent/holos.db", "HOLOS_CACHE": "", "HOLOS_NOW": now, "HOLOS_PROFILE": profile}
    p = subprocess.run([holos, "understand", "--profile", profile, "--asks", asks, "--offers", str(min(5, offers)),
                        "--language", lang, "--json", "--",
                        text], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
    if p.returncode != 0:
        raise ValueError("holos understand: %s" % p.stderr.decode(errors="replace")[:300])
    return json.loads(p.stdout)


def answer(asked, turns, config):
    mind = Mind(asked, turns, config)
    return mind.answer()
