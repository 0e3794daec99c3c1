"""Fifty tablets that behave like the page's sender: they number, batch, send again what was not answered, forget
nothing that was not acknowledged. Own HTTP on raw streams, so that an answer can be lost at any moment."""

import asyncio
import json
import random
import time
import uuid
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

ANSWER_SECONDS = 30.0
PAUSE_SECONDS = (0.05, 0.4)  # the page's 2 to 60 s, shortened: the more knocks during an outage the better
LARGEST_BATCH = 5
LOST_ANSWERS = 0.1
CHANGED_MINDS = 0.03
LEVELS = [5] * 80 + [4] * 8 + [3] * 4 + [2] * 4 + [1] * 4
COMMENTS = ["窗口很耐心，谢谢", "等了四十分钟才叫到号", "资料要求和电话里说的不一样 😕"]


@dataclass
class Weather:
    """What the tablets met."""

    acknowledged: int = 0
    seconds: list[float] = field(default_factory=list)
    met: Counter = field(default_factory=Counter)


class Tablet:
    """One tablet, the ratings given at it and what it still has to send."""

    def __init__(self, token: str, count: int, reasons: dict[int, list[str]], port: int, weather: Weather) -> None:
        self.head = f"Authorization: Tablet {token}\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.chance = random.Random(token)
        self.port = port
        self.weather = weather
        self.final = {}  # id → the item as it has to stand in the end
        self.changed = set()
        self.waiting = deque(self._tap(seq, reasons) for seq in range(1, count + 1))
        self.stream = None

    def _tap(self, seq, reasons):
        level = self.chance.choice(LEVELS)
        item = {
            "id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "seq": seq,
            "level": level,
            "rated_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds"),
            "reasons": self.chance.sample(reasons[level], 1) if self.chance.random() < 0.1 else [],
            "comment": self.chance.choice(COMMENTS) if self.chance.random() < 0.05 else "",
            "visit": None,
            "language": "zh-hans",
            "modes": ["low_reach"] if self.chance.random() < 0.1 else [],
            "answered_ms": self.chance.randrange(500, 20_000),
        }
        self.final[item["id"]] = item
        return item

    async def send_all(self):
        while self.waiting:
            batch = [self.waiting[n] for n in range(min(len(self.waiting), self.chance.randint(1, LARGEST_BATCH)))]
            if await self._is_acknowledged(batch):
                for item in batch:
                    self.waiting.popleft()
                    self._perhaps_change(item)
                self.weather.acknowledged += len(batch)
            else:
                await asyncio.sleep(self.chance.uniform(*PAUSE_SECONDS))
        self._hang_up()

    def _perhaps_change(self, item):
        """Some visitors change their mind after the server has their rating: the same rating, sent as a change."""
        if item["id"] in self.changed or self.chance.random() > CHANGED_MINDS:
            return
        self.changed.add(item["id"])
        moment = datetime.fromisoformat(item["rated_at"]) + timedelta(seconds=10)
        level = 1 + item["level"] % 5
        change = {**item, "level": level, "reasons": [], "amends": True, "amended_at": moment.isoformat()}
        self.final[item["id"]] = change
        self.waiting.append(change)

    async def _is_acknowledged(self, batch):
        began = time.perf_counter()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, body = await self._post({"sent_at": datetime.now(UTC).isoformat(), "ratings": batch})
        except LostAnswer:
            self.weather.met["answers not received"] += 1
            return False
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self._hang_up()
            self.weather.met["time-outs" if isinstance(error, TimeoutError) else "broken connections"] += 1
            return False
        if status != 200:
            self.weather.met[f"answers {status}"] += 1
            return False
        told = json.loads(body)["results"]
        if [result["id"] for result in told] != [item["id"] for item in batch]:
            raise WrongAnswer(body)
        for result in told:
            if result["status"] not in ("created", "duplicate"):
                raise WrongAnswer(body)
        self.weather.met["duplicates"] += sum(result["status"] == "duplicate" for result in told)
        self.weather.seconds.append(time.perf_counter() - began)
        return True

    async def _post(self, content):
        if self.stream is None:
            self.stream = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.stream
        body = json.dumps(content).encode()
        writer.write(
            f"POST /api/v1/ratings/ HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        )
        await writer.drain()
        lose = self.chance.random() < LOST_ANSWERS
        if lose and self.chance.random() < 0.5:  # the cable is out before the answer
            self._hang_up()
            raise LostAnswer
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
        answer = await reader.readexactly(length)
        if "connection: close" in lines:
            self._hang_up()
        if lose:
            raise LostAnswer
        return int(lines[0].split()[1]), answer

    def _hang_up(self):
        if self.stream is not None:
            self.stream[1].transport.abort()
            self.stream = None


class LostAnswer(Exception):
    """The server has answered, or will; the tablet shall not know."""


class WrongAnswer(Exception):
    """A verdict that no tablet of a storm may get; the message is the answer."""
