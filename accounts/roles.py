"""Who may do what: the one table of roles and rights.

The rules of every room go by it (`accounts.permissions.holds`), `docs/roles.md` is written from it, and a test walks
every address as everybody by it. What somebody may do with an exchange in each of its states, and with an element of a
map, two tables of their rooms say more finely: `exchanges.steps`, `maps.permissions`.
"""

from enum import Enum


class Role(Enum):
    """What somebody is to that which a right is about: to its organisation, its hub, or this installation."""

    ANONYMOUS = "not signed in"
    SIGNED_IN = "signed in"
    PARTNER = "member of a partner of the hub"
    MEMBER = "member of the organisation"
    ADMIN = "admin of the organisation"
    STAFF = "staff of the hub"
    MANAGER = "manager of the hub"
    OPERATOR = "operator"


#: Whoever is the one may also do what the other may.
_INCLUDES = {
    Role.ANONYMOUS: frozenset(Role),
    Role.SIGNED_IN: frozenset(Role) - {Role.ANONYMOUS},
    Role.MEMBER: frozenset({Role.MEMBER, Role.ADMIN}),
    Role.STAFF: frozenset({Role.STAFF, Role.MANAGER}),
}


class Right(Enum):
    """A right in words, and who has it at least: admins have what members have, and managers what staff have.

    A right that needs a role in an organisation or hub is about one: nobody has it elsewhere.
    """

    READ_PUBLISHED = (
        "Search; read listings, matches, hubs with their figures, organisations and maps that are published.",
        Role.ANONYMOUS,
    )
    ANSWER_BY_LINK = (
        "Do what a secret link in a mail is for: answer whether something still holds, stop mails.",
        Role.ANONYMOUS,
    )
    KEEP_OWN = (
        "Keep what is one's own: account, token of the API, saved searches, calendar feed, questions to a hub. "
        "Accept an invitation; begin an organisation; see lists of what is one's own.",
        Role.SIGNED_IN,
    )
    SEE_FOR_PARTNERS = ("See what a hub's maps show to its partners.", Role.PARTNER, Role.STAFF)
    WRITE_FOR = (
        "Post, import, change and end listings of the organisation; see its drafts; hide matches; answer proposals; "
        "ask the hub into a conversation; say hours worked; read the organisation's settings.",
        Role.MEMBER,
    )
    BEGIN_FOR_PARTNERS = (
        "Begin a draft listing of an element of the hub's maps in the name of the partner that it is about, and say "
        "who of the partner asked them to. Its members complete and publish it.",
        Role.STAFF,
    )
    READ_LEDGER_OF_ORGANISATION = ("Read what the organisation's exchanges did, line by line.", Role.MEMBER)
    REQUEST = (
        "Ask in the organisation's name for a listing, a bundle, a chain or a standing agreement. "
        "Staff do so for partners of their hub, answer what was proposed to those, and say who of the partner asked "
        "them to.",
        Role.MEMBER, Role.STAFF,
    )  # fmt: skip
    TAKE_STEPS = (
        "Take the steps of its side in an exchange or standing agreement, and write in its conversation. Staff take "
        "them on behalf of a side, which is shown, and write once a side asked the hub in.",
        Role.MEMBER, Role.STAFF,
    )  # fmt: skip
    SEE_EXCHANGE = (
        "See an exchange or standing agreement: its sides, the hubs that it lies in, and operators.",
        Role.MEMBER, Role.STAFF, Role.OPERATOR,
    )  # fmt: skip
    SEE_PROPOSAL = ("See a proposal of a match or chain, and what each side answered.", Role.MEMBER, Role.STAFF)
    BOOK_WEEKS = ("Book weeks of a service, and let them go.", Role.MEMBER, Role.STAFF)
    MANAGE_ORGANISATION = (
        "Change the organisation, its sites, its members and invitations; read its log.", Role.ADMIN,
    )  # fmt: skip
    WORK_FOR_HUB = (
        "See the hub's board, lines of its ledger, duplicates and questions; note, follow up, answer; say that what "
        "looks like a duplicate is none; ask both sides of a match; plan; see who verified whom.",
        Role.STAFF,
    )  # fmt: skip
    READ_QUESTIONS = (
        "Read questions to the hub. Who asked one reads it too.", Role.STAFF, Role.OPERATOR,
    )  # fmt: skip
    SEE_HUB_PEOPLE = ("See who works for the hub, and who is invited.", Role.STAFF, Role.OPERATOR)
    MEDIATE = (
        "Decide a dispute, unless one is a party or disagreed for one.", Role.STAFF, Role.OPERATOR,
    )  # fmt: skip
    VERIFY = ("Verify an organisation that the hub knows, never one's own.", Role.STAFF)
    WITHDRAW_VERIFICATION = ("Withdraw what the hub verified.", Role.STAFF, Role.OPERATOR)
    CURATE_MAPS = (
        "Make and change the hub's maps and layers; edit elements in them, read files into them.",
        Role.STAFF,
    )
    RUN_PROGRAMME = (
        "Make, change, publish and cancel the hub's activities; see those that aren't published yet.", Role.STAFF,
    )  # fmt: skip
    PUBLISH_ELEMENTS = (
        "Publish, change and withdraw published elements of the hub's layers; decide proposals.",
        Role.MANAGER,
    )
    GOVERN_MAPS = ("Give rights in layers, make groups of partners, take maps and layers away.", Role.MANAGER)
    MANAGE_HUB = ("Change the hub's page, border policy and weights; read its log.", Role.MANAGER)
    SET_HUB_PEOPLE = ("Choose the hub's staff and partners.", Role.MANAGER, Role.OPERATOR)
    OPERATE = (
        "Set up hubs, organisations and accounts; verify in no hub's name; take listings down; decide about letters "
        "that failed.",
        Role.OPERATOR,
    )  # fmt: skip

    def __init__(self, words: str, *least: Role) -> None:
        self.words = words
        self.least = frozenset(least)

    @property
    def for_members(self) -> bool:
        """Whether members of the organisation have it: for rules that know already who is one."""
        return Role.MEMBER in self.least

    @property
    def for_staff(self) -> bool:
        """The same of staff of the hub."""
        return Role.STAFF in self.least

    @property
    def roles(self) -> frozenset[Role]:
        """Everybody who has it, also by a role that includes one of the least."""
        return frozenset().union(*(_INCLUDES.get(role, frozenset({role})) for role in self.least))
