"""Where the demo takes place and who works there: two halls, twelve windows, twenty-five people. All invented.

The names of 张红梅 and 张强, window 10 and the listening desk 悉心听 come from the story the project was built from.
"""

from dataclasses import dataclass

from feedback_site.models import Aid, Window

HALLS = {"A": "云溪区政务服务中心", "B": "云溪区政务服务中心南苑分中心"}
REASON_SETS = {"A": "plain-1", "B": "national-2020"}

# Staff number and name; X1001 leads the listening desk, X1003 is the one the old letter praises.
STAFF = {
    "A": {
        "X1001": "张强", "X1002": "何涛", "X1003": "张红梅", "X1004": "李小芳", "X1005": "周敏", "X1006": "孙悦",
        "X1007": "吴静", "X1008": "郑凯", "X1009": "冯国栋", "X1010": "曾雨晴", "X1011": "单志远", "X1012": "任慧",
        "X1013": "林晓东", "X1014": "罗佳", "X1015": "蒋文",
    },
    "B": {
        "X2001": "高翔", "X2002": "梁静怡", "X2003": "宋洁", "X2004": "唐宇", "X2005": "许丽", "X2006": "韩冰",
        "X2007": "邓志群", "X2008": "曹颖", "X2009": "彭亮", "X2010": "区秀兰",
    },
}  # fmt: skip
RELIEF = {"A": "X1015"}  # takes the lunch hour at the busiest window of the hall

ITEMS = {
    "A": {
        "SB-0101": "企业职工参保登记", "SB-0203": "养老保险关系转移接续", "HZ-0107": "户口迁移",
        "HZ-0110": "老年人优待证申领",
        "BDC-0102": "存量房转移登记", "BDC-0105": "不动产抵押登记", "BDC-0109": "不动产登记资料查询",
        "SW-0301": "存量房交易税费申报", "ZH-0001": "综合受理", "TX-0001": "诉求登记",
    },
    "B": {
        "QY-0101": "企业设立登记", "QY-0104": "企业变更登记", "YB-0202": "异地就医备案", "GJJ-0301": "住房公积金提取",
        "HZ-0112": "居民身份证换领", "ZH-0001": "综合受理",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """A window with its people and its public, as numbers: visits a weekday, the share of visitors who rate.

    With `shared` the two people change over at noon and swap every day; without it the first sits there but for
    one afternoon a week. `sent_back` is the share of visits that end without the matter done, at the start and at the
    end of the weeks told; `patience` is how kindly those visitors still rate, from 1 (kindly) down to 0.
    """

    hall: str
    number: str
    name: str
    people: tuple[str, str]
    items: tuple[str, ...]
    visits: int
    share: float
    kind: str = Window.Kind.ORDINARY
    aids: tuple[str, ...] = ()
    shared: bool = True
    sent_back: tuple[float, float] = (0.10, 0.10)
    patience: tuple[float, float] = (0.9, 0.9)

    @property
    def key(self):
        return self.hall, self.number

    def at(self, pair, progress):
        """The value between a pair's start and end; `progress` runs from 0 to 1 over the weeks told."""
        start, end = pair
        return start + (end - start) * progress


LOW, GREEN, DESK = Window.Kind.LOW_POSITION, Window.Kind.GREEN_CHANNEL, Window.Kind.LISTENING_DESK
LOW_AIDS = (Aid.KNEE_SPACE, Aid.HEARING_LOOP, Aid.MAGNIFIER, Aid.WHEELCHAIR)
GREEN_AIDS = (Aid.LARGE_PRINT, Aid.SIGN_LANGUAGE, Aid.WHEELCHAIR)
SEATS = (
    Seat("A", "1", "综合受理", ("X1006", "X1007"), ("ZH-0001", "HZ-0107"), 18, 0.54),
    Seat("A", "2", "社会保险", ("X1002", "X1005"), ("SB-0101", "SB-0203"), 19, 0.52, shared=False),
    Seat("A", "3", "低位服务", ("X1004", "X1010"), ("HZ-0110", "HZ-0107"), 10, 0.62, LOW, LOW_AIDS, shared=False),
    # The window that gets worse: more and more visitors are sent home for papers nobody had told them of.
    Seat(
        "A", "5", "不动产交易与税费", ("X1008", "X1009"), ("SW-0301", "BDC-0105"), 27, 0.54,
        sent_back=(0.10, 0.50), patience=(0.95, 0.10),
    ),
    Seat("A", "8", "绿色通道", ("X1011", "X1012"), ("HZ-0110", "SB-0203"), 6, 0.42, GREEN, GREEN_AIDS),
    Seat(
        "A", "10", "不动产登记", ("X1003", "X1013"), ("BDC-0102", "BDC-0105", "BDC-0109"), 26, 0.60,
        shared=False, sent_back=(0.14, 0.14), patience=(1.0, 1.0),
    ),
    Seat("A", "12", "悉心听", ("X1001", "X1014"), ("TX-0001",), 4, 0.34, DESK, sent_back=(0.0, 0.0)),
    Seat("B", "1", "企业开办", ("X2001", "X2002"), ("QY-0101", "QY-0104"), 11, 0.46),
    Seat("B", "2", "医疗保险", ("X2003", "X2004"), ("YB-0202",), 16, 0.50, shared=False),
    Seat("B", "3", "住房公积金", ("X2005", "X2006"), ("GJJ-0301",), 11, 0.38),
    Seat("B", "4", "户政业务", ("X2007", "X2008"), ("HZ-0112",), 13, 0.50, sent_back=(0.18, 0.12), patience=(0.6, 0.8)),
    Seat("B", "6", "低位综合受理", ("X2009", "X2010"), ("ZH-0001",), 5, 0.45, LOW, LOW_AIDS),
)  # fmt: skip
