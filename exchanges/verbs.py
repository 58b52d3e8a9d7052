"""What happens in an exchange: its steps, each as the sentence that its history and the log show."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangeVerb(models.TextChoices):
    REQUESTED = "exchange.requested", _("{who} vroeg {amount} aan van {lot}.")
    OFFERED = "exchange.offered", _("{who} bood {amount} aan voor {lot}.")
    BOOKED = "exchange.booked", _("{who} reserveerde {amount} van {lot}.")
    CHAINED = "exchange.chained", _("Iedereen zei ja op de keten: {amount} van {lot} is gereserveerd.")
    ACCEPTED = "exchange.accepted", _("{who} aanvaardde: {amount} van {lot} is gereserveerd.")
    COUNTERED = "exchange.countered", _("{who} deed een tegenvoorstel: {amount} van {lot}.")
    AGREED = "exchange.agreed", _("{who} ging akkoord met het tegenvoorstel: {amount} van {lot} is gereserveerd.")
    TAKEN_BACK = "exchange.taken_back", _("{who} trok het tegenvoorstel voor {lot} terug.")
    DECLINED = "exchange.declined", _("{who} weigerde de aanvraag van {lot}.")
    WITHDRAWN = "exchange.withdrawn", _("{who} trok de aanvraag van {lot} in.")
    TIMES_PROPOSED = "exchange.times_proposed", _("{who} stelde momenten voor om {lot} over te dragen.")
    TIME_CONFIRMED = "exchange.time_confirmed", _("{who} bevestigde het moment om {lot} over te dragen.")
    CARRIER_STATED = "exchange.carrier_stated", _("{who} zei wie {lot} vervoert.")
    CANCELLED = "exchange.cancelled", _("{who} annuleerde de uitwisseling van {lot}.")
    WEIGHT_STATED = "exchange.weight_stated", _("{who} zei wat er van {lot} meeging: {amount}.")
    COMPLETED = "exchange.completed", _("{who} bevestigde wat er van {lot} meeging: {amount}. Dat is afgerond.")
    NO_SHOW = "exchange.no_show", _("{who} meldde dat de andere partij niet kwam opdagen voor {lot}.")
    NO_SHOW_CONTESTED = "exchange.no_show_contested", _("{who} sprak tegen niet te zijn komen opdagen voor {lot}.")
    DISPUTED = "exchange.disputed", _("{who} is het oneens over {lot}; de hub kijkt mee.")
    SETTLED = "exchange.settled", _("{who} besliste over {lot}: {amount} is overgedragen.")
    SETTLED_CANCELLED = "exchange.settled_cancelled", _("{who} besliste over {lot}: er is niets overgedragen.")
    NO_SHOW_UPHELD = (
        "exchange.no_show_upheld",
        _("{who} besliste over {lot}: de melding dat iemand niet kwam opdagen, blijft staan."),
    )
    NO_SHOW_DROPPED = (
        "exchange.no_show_dropped",
        _("{who} besliste over {lot}: de melding dat iemand niet kwam opdagen, vervalt. Er is niets overgedragen."),
    )
    FREED_AGAIN = (
        "exchange.freed_again",
        _("{who} gaf weer vrij wat voor de keten naar {lot} gebracht was: {amount}."),
    )
    LAPSED = "exchange.lapsed", _("De uitwisseling van {lot} verviel: er kwam geen antwoord op tijd.")
    GONE = "exchange.gone", _("De aanvraag van {lot} stopte: het zoekertje staat niet meer open.")
    COMPLETED_ONE_SIDED = (
        "exchange.completed_one_sided",
        _("De uitwisseling van {lot} is afgerond zoals één partij ze opgaf: {amount}."),
    )
    CANCELLED_BY_TIME = "exchange.cancelled_by_time", _("De uitwisseling van {lot} stopte: er kwam geen nieuw moment.")
    DELIVERY = "exchange.delivery", _("Volgens de vaste afspraak is {amount} van {lot} gereserveerd.")
    DELIVERY_CHANGED = "exchange.delivery_changed", _("{who} wijzigde deze levering van {lot}: {amount}.")
    CHAIN_FELL = (
        "exchange.chain_fell",
        _("De uitwisseling van {lot} stopte: een andere overdracht in de keten ging niet door."),
    )
    #: Not a step: the state stays as it is.
    REMINDED = "exchange.reminded", _("Werkstof herinnerde aan de uitwisseling van {lot}.")
    MESSAGE_SENT = "exchange.message_sent", _("{who} schreef een bericht over {lot}.")
    PROPOSED = "exchange.proposed", _("{who} stelde aan beide voor om {lot} en {other} samen te brengen.")
    PROPOSAL_ANSWERED = "exchange.proposal_answered", _("{who} antwoordde op het voorstel over {lot} en {other}.")
    PROPOSAL_WITHDRAWN = "exchange.proposal_withdrawn", _("{who} trok het voorstel over {lot} en {other} in.")
    FEED_RENEWED = "exchange.feed_renewed", _("{who} vroeg een nieuw adres voor de eigen agenda.")
    FEED_STOPPED = "exchange.feed_stopped", _("{who} nam het adres voor de eigen agenda weg.")
    FOLLOWED_UP = "exchange.followed_up", _("{who} laat {person} de uitwisseling van {lot} opvolgen.")
    LET_GO = "exchange.let_go", _("{who} laat niemand de uitwisseling van {lot} nog opvolgen.")
    NOTED = "exchange.noted", _("{who} schreef een notitie van de hub over {lot}.")
    HOURS_STATED = "exchange.hours_stated", _("{who} gaf gepresteerde uren op voor {lot}.")
    HUB_INVITED = "exchange.hub_invited", _("{who} vroeg de hub om mee te kijken naar {lot}.")


class AgreementVerb(models.TextChoices):
    """What happens to a standing agreement and its deliveries."""

    ASKED = "agreement.asked", _("{who} vroeg een vaste afspraak voor {lot}: {amount} per levering.")
    AGREED = "agreement.agreed", _("{who} ging akkoord met de vaste afspraak voor {lot}: {amount} per levering.")
    COUNTERED = (
        "agreement.countered",
        _("{who} deed een tegenvoorstel voor de vaste afspraak voor {lot}: {amount} per levering."),
    )
    TAKEN_BACK = "agreement.taken_back", _("{who} trok het tegenvoorstel voor de vaste afspraak voor {lot} terug.")
    DECLINED = "agreement.declined", _("{who} weigerde de vaste afspraak voor {lot}.")
    WITHDRAWN = "agreement.withdrawn", _("{who} trok de vraag om een vaste afspraak voor {lot} in.")
    LAPSED = "agreement.lapsed", _("De vraag om een vaste afspraak voor {lot} verviel: er kwam geen antwoord op tijd.")
    CHANGED = "agreement.changed", _("{who} wijzigde de vaste afspraak voor {lot}.")
    CHANGE_PROPOSED = (
        "agreement.change_proposed",
        _("{who} stelde een wijziging van de vaste afspraak voor {lot} voor."),
    )
    CHANGE_AGREED = (
        "agreement.change_agreed",
        _("{who} ging akkoord met de wijziging van de vaste afspraak voor {lot}."),
    )
    CHANGE_DECLINED = "agreement.change_declined", _("{who} weigerde de wijziging van de vaste afspraak voor {lot}.")
    CHANGE_TAKEN_BACK = (
        "agreement.change_taken_back",
        _("{who} trok de wijziging van de vaste afspraak voor {lot} terug."),
    )
    CHANGE_LAPSED = (
        "agreement.change_lapsed",
        _("De wijziging van de vaste afspraak voor {lot} verviel: er kwam geen antwoord op tijd."),
    )
    PAUSED = "agreement.paused", _("{who} zette de vaste afspraak voor {lot} op pauze.")
    RESUMED = "agreement.resumed", _("{who} liet de vaste afspraak voor {lot} weer lopen.")
    ENDED = "agreement.ended", _("{who} stopte de vaste afspraak voor {lot}.")
    ENDED_BY_TIME = "agreement.ended_by_time", _("De vaste afspraak voor {lot} is afgelopen.")
    SKIPPED = "agreement.delivery_skipped", _("{who} sloeg de levering van {lot} op {day} over.")
    DELIVERY_CHANGED = "agreement.delivery_changed", _("{who} wijzigde de levering van {lot} op {day}: {amount}.")
    UNABLE = (
        "agreement.delivery_unable",
        _("Voor de levering van {lot} op {day} kon {amount} niet gereserveerd worden."),
    )
    REMINDED = "agreement.reminded", _("Werkstof herinnerde aan de vaste afspraak voor {lot}.")
    MESSAGE_SENT = "agreement.message_sent", _("{who} schreef een bericht over de vaste afspraak voor {lot}.")
    HUB_INVITED = (
        "agreement.hub_invited",
        _("{who} vroeg de hub om mee te kijken naar de vaste afspraak voor {lot}."),
    )
    FOLLOWED_UP = "agreement.followed_up", _("{who} laat {person} de vaste afspraak voor {lot} opvolgen.")
    LET_GO = "agreement.let_go", _("{who} laat niemand de vaste afspraak voor {lot} nog opvolgen.")
    NOTED = "agreement.noted", _("{who} schreef een notitie van de hub over de vaste afspraak voor {lot}.")


class EnquiryVerb(models.TextChoices):
    """What happens to a question to a hub."""

    ASKED = "enquiry.asked", _("{who} stelde een vraag aan {hub}.")
    TAKEN_UP = "enquiry.taken_up", _("{who} wees een vraag aan {hub} toe aan {person}.")
    MESSAGE_SENT = "enquiry.message_sent", _("{who} schreef bij een vraag aan {hub}.")
    CLOSED = "enquiry.closed", _("{who} sloot een vraag aan {hub} af.")
    REMINDED = "enquiry.reminded", _("Werkstof herinnerde {hub} aan een vraag.")
    LAPSED = "enquiry.lapsed", _("Een beantwoorde vraag aan {hub} is afgesloten: niemand schreef nog.")
    UNANSWERED = "enquiry.unanswered", _("Een vraag aan {hub} is afgesloten zonder antwoord.")


class MailVerb(models.TextChoices):
    """What happens to mail that doesn't arrive: what comes in, and what came back to us."""

    REFUSED = "mail.refused", _("Een antwoord per mail kwam niet in het gesprek: {outcome}.")
    BOUNCED = (
        "mail.bounced",
        _("Een mail hierover kwam terug: het mailadres werkt niet."),
    )
