"""One call, as a gateway makes it: a greeting, turns, and the report that it is over."""
import json
import os

TURNS_MOST = 40  # a dialogue that goes in circles ends


def form(fields):
    mark = "scenario" + os.urandom(8).hex()
    body = "".join('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, k, v)
                   for k, v in fields.items())
    return "multipart/form-data; boundary=" + mark, (body + "--%s--\r\n" % mark).encode()


class Call:
    """What is said is kept in `said`, what happened in `log` (both may be shared by several calls)."""

    def __init__(self, service, told, brain, called, said, log, mark=""):
        self.service, self.brain = service, brain
        self.say = list(told.get("say", []))
        self.answers = {k: list(v) if isinstance(v, list) else [v] for k, v in told.get("answers", {}).items()}
        self.caller, self.called = told.get("caller", "anonymous"), called
        self.id = "scenario-" + os.urandom(6).hex()
        self.turns, self.said, self.log, self.mark = 0, said, log, mark
        self.asks, self.over = None, False

    def next(self):
        """What the caller says now; None: nothing fits, so the caller hangs up. A model's null leaves only `say`."""
        if self.say:
            return self.say.pop(0)
        answers = self.answers.get(self.asks)
        if answers is None and self.asks == "open":
            answers = self.answers.get("else")
        if not answers:
            return None
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def ask(self, route, kind, body):
        status, data = self.service.post(route, kind, body)
        if status != 200:
            raise OSError("%s answered %d: %s" % (route, status, data[:300].decode(errors="replace")))
        try:
            return json.loads(data)
        except ValueError as e:
            raise OSError("%s answered what is no JSON: %s" % (route, data[:100])) from e

    def hear(self, reply):
        message = reply.get("message") or ""
        self.said.append(message)
        self.log.append("%sholos   %s  [%s]" % (self.mark, message, self.asks or ("over" if self.over else "-")))

    def begin(self):
        self.log.append("%s%s calls" % (self.mark, self.caller))
        reply = self.ask("incoming-call", "application/json", json.dumps(
            {"callID": self.id, "externalNumber": self.caller, "internalNumber": self.called}).encode())
        self.asks = reply.get("asks", "open")
        self.hear(reply)

    def turn(self):
        """One exchange. False: the call is over."""
        words = None if self.turns >= TURNS_MOST else self.next()
        if self.over or words is None:
            self.hang_up()
            return False
        self.turns += 1
        self.log.append("%scaller  %s" % (self.mark, words or "(silence)"))
        fields = {"callID": self.id, "turn": str(self.turns)}
        if words.startswith("KEYS:"):
            fields["digits"] = words[5:]
        else:
            fields["text"] = words or " "
        reply = self.ask("audio-stream", *form(fields))
        self.over = not reply.get("should_continue", True)
        self.asks = reply.get("asks")
        self.hear(reply)
        return not self.over

    def hang_up(self):
        self.log.append("%scaller hangs up" % self.mark)
        self.ask("call-status", "application/json", json.dumps(
            {"callID": self.id, "status": "completed", "duration": 60}).encode())


def one_after_another(calls):
    for call in calls:
        call.begin()
        while call.turn():
            pass


def together(calls):
    """All are greeted, then each has a turn, again and again."""
    for call in calls:
        call.begin()
    left = list(calls)
    while left:
        left = [call for call in left if call.turn()]
