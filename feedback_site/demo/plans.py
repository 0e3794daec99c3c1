"""What the listening desk does with a ticket, step by step, and what people bring to the desk. All invented."""

from dataclasses import dataclass
from datetime import timedelta

from complaints.models import Ticket
from complaints.workflow import ClosedWithoutCall, Mark, RejectionReason, WaitingReason
from feedback_site.demo import words


@dataclass(frozen=True)
class Step:
    """One move of the workflow, so many hours after the one before (moved into office hours)."""

    hours: float
    move: str
    public: str = ""
    internal: str = ""
    reason: str = ""
    to_self: bool = False  # the move hands the ticket to somebody: the officer
    longer_days: int = 0  # the move asks for so many days more


ACCEPT = Step(0.3, "accept")
TAKE = Step(0.2, "take")
CONTACT = Step(1, "contact", internal=words.CONTACTED)
NOTE = Step(1, "note", internal=words.NOTED)
APPROVE = Step(2.5, "approve")
ANSWER = Step(4, "answer", public=words.DESK_ANSWER)
RATING_ANSWER = Step(4, "answer", public=words.RATING_ANSWER)
ANONYMOUS = Step(0.5, "close_without_call", reason=ClosedWithoutCall.ANONYMOUS)
CONTENT = Step(20, "call_back_reached", reason=Mark.SATISFIED)
FAIRLY = Step(20, "call_back_reached", reason=Mark.FAIRLY_SATISFIED)
IN_VAIN = Step(18, "call_back_not_reached")
ARCHIVE = Step(24 * 14, "archive")
STARTED = (ACCEPT, TAKE, CONTACT)

PLANS = {
    # from a bad rating, mostly without a name
    "answered": (ACCEPT, TAKE, RATING_ANSWER, APPROVE, ANONYMOUS),
    "noted": (ACCEPT, TAKE, NOTE, RATING_ANSWER, APPROVE, ANONYMOUS, ARCHIVE),
    "written_again": (
        ACCEPT,
        TAKE,
        RATING_ANSWER,
        Step(3, "send_back", internal=words.SENT_BACK_ANSWER),
        Step(2, "answer", public=words.BETTER_ANSWER),
        APPROVE,
        ANONYMOUS,
        ARCHIVE,
    ),
    "same_demand": (Step(2, "reject", public=words.SAME_DEMAND, reason=RejectionReason.SAME_DEMAND),),
    "left_lying": (ACCEPT, TAKE),
    # brought to the desk
    "on_the_spot": (Step(0.3, "answer_on_the_spot", public=words.SPOT_ANSWER),),
    "solved": (
        ACCEPT,
        Step(0.5, "dispatch", to_self=True),
        Step(1, "sign_for"),
        CONTACT,
        ANSWER,
        APPROVE,
        CONTENT,
        ARCHIVE,
    ),
    "reworked": (
        *STARTED,
        ANSWER,
        APPROVE,
        Step(20, "rework", internal=words.NOT_CONTENT),
        Step(6, "answer", public=words.SECOND_ANSWER),
        APPROVE,
        FAIRLY,
        ARCHIVE,
    ),
    "not_reached": (*STARTED, ANSWER, APPROVE, IN_VAIN, IN_VAIN, IN_VAIN, Step(1, "close"), ARCHIVE),
    "waiting": (*STARTED, Step(2, "wait_for_citizen", public=words.WAITING, reason=WaitingReason.PAPERS)),
    "extended": (
        *STARTED,
        Step(20, "ask_extension", internal=words.EXTENSION, longer_days=10),
        Step(3, "grant_extension", public=words.EXTENSION_GRANTED),
    ),
    "escalated": (*STARTED, Step(30, "escalate", internal=words.ESCALATED)),
    "returned": (ACCEPT, Step(0.5, "dispatch", to_self=True), Step(2, "return", internal=words.RETURNED)),
    "withdrawn": (ACCEPT, Step(5, "withdraw", internal=words.WITHDRAWN)),
    "rejected": (Step(1, "reject", public=words.REJECTED, reason=RejectionReason.OTHER_LEGAL_WAY), ARCHIVE),
    "called_soon": (*STARTED, ANSWER, APPROVE),
    "under_review": (*STARTED, Step(2, "answer", public=words.DESK_ANSWER)),
}
# How often which plan befalls a ticket from a bad rating.
RATING_PLANS = {"answered": 44, "on_the_spot": 36, "noted": 4, "written_again": 4, "same_demand": 12}


@dataclass(frozen=True)
class Matter:
    """Something brought to the desk so many working days ago."""

    working_days_ago: int
    hall: str
    channel: str
    plan: str
    title: str
    description: str
    window: str = ""
    staff_no: str = ""
    after_opening: timedelta = timedelta(hours=1)


DESK, PHONE, LETTER = Ticket.Channel.DESK, Ticket.Channel.PHONE, Ticket.Channel.LETTER
WEB, HOTLINE = Ticket.Channel.WEB, Ticket.Channel.HOTLINE
MATTERS = (
    Matter(
        46, "A", DESK, "solved", "继承房屋过户，要求的公证材料三处说法不一",
        "父亲去世后办房屋继承，公证处、登记窗口、社区三处要的材料不一样，已跑四趟。", "10",
    ),
    Matter(39, "A", DESK, "on_the_spot", "咨询二手房过户流程", "想知道卖方在外地能不能委托办理。"),
    Matter(
        33, "B", HOTLINE, "solved", "12345 转办：户政窗口午间无人",
        "市民来电反映南苑分中心中午公示有值班，到了没有人。", "4",
    ),
    Matter(27, "A", PHONE, "rejected", "要求提供一桩拆迁案的判决", "来电要求大厅提供一桩拆迁诉讼的判决材料。"),
    Matter(
        22, "A", DESK, "reworked", "孩子落户缺一份外省的证明",
        "外省单位已撤销，证明开不出来，问能不能用承诺书代替。", "1",
    ),
    Matter(
        17, "A", PHONE, "not_reached", "预约了十点，十一点二十才叫到",
        "网上预约的时间没有作用，到大厅还要重新取号。", "2",
    ),
    Matter(
        13, "A", LETTER, "solved", "来信：低位服务窗口扶手松动",
        "八十八岁的陈先生来信感谢李小芳，同时提到窗口前扶手松动。", "3",
    ),
    Matter(
        12, "A", DESK, "escalated", "不动产交易窗口一周内三次要的材料都不一样",
        "三次来办抵押，三次被退，每次说的材料都不一样。", "5", "X1008",
    ),
    Matter(
        9, "B", DESK, "reworked", "公积金提取被退回两次，原因写得看不懂",
        "退回原因只有“材料不符”四个字，不知道该补什么。", "3",
    ),
    Matter(8, "A", DESK, "waiting", "老年优待证信息登记有误", "证上的出生日期错了一天，想尽快更正。", "8"),
    Matter(
        7, "A", PHONE, "extended", "企业变更地址后税控设备领不到",
        "公司上月变更地址，系统里还是旧地址，领不到设备，影响开票。",
    ),
    Matter(
        6, "A", DESK, "left_lying", "轮椅从北门进不来",
        "北门坡道被共享单车堵住，轮椅只能绕行到地下车库。",
    ),
    Matter(5, "A", WEB, "left_lying", "网上申报提交后一直显示处理中", "申报存量房交易税费，提交五天没有结果。", "5"),
    Matter(4, "A", PHONE, "withdrawn", "医保缴费查不到记录", "上周缴的费，到窗口查不到。", "2"),
    Matter(3, "A", DESK, "called_soon", "希望大厅增设母婴室", "带孩子来办事没有地方喂奶。"),
    Matter(2, "A", DESK, "under_review", "排队机选不到抵押登记", "排队机上没有抵押登记这一项，只好取综合号。"),
    Matter(2, "A", HOTLINE, "returned", "12345 转办：领不到税控设备", "市民来电反映企业开办后领不到税控设备。"),
    Matter(1, "A", DESK, "left_lying", "房屋面积与实测不符", "产权证上的面积比实测少四平方米。", "10"),
)  # fmt: skip
