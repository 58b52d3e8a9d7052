"""Pages. What changes something is POST only, or shows a form first; what is one's own needs a log-in."""

from django.urls import URLPattern, URLResolver, path

from frontend.about import views as about
from frontend.account import views as account
from frontend.alerts import freshness_views as freshness
from frontend.alerts import views as alerts
from frontend.capacity import views as capacity
from frontend.crawling import views as crawling
from frontend.enquiries import views as enquiries
from frontend.exchanges import agreements, board, bundles, feeds, proposals, proposing, proposing_work, storage
from frontend.exchanges import chains as exchange_chains
from frontend.exchanges import follow_up as exchange_follow_up
from frontend.exchanges import talk_views as exchange_talk
from frontend.exchanges import views as exchanges
from frontend.hubs import duplicates_views as hub_duplicates
from frontend.hubs import staff_views as hub_staff
from frontend.hubs import verification_views as hub_verifications
from frontend.hubs import views as hubs
from frontend.hubs import weights_views as hub_weights
from frontend.impact import views as impact
from frontend.imports import views as imports
from frontend.letters import views as letters
from frontend.listings import views as listings
from frontend.log import views as log
from frontend.maps import attachment_views as map_attachments
from frontend.maps import beside_views as map_beside
from frontend.maps import card_views as map_cards
from frontend.maps import curate_element_views as curate_elements
from frontend.maps import curate_layer_views as curate_layers
from frontend.maps import curate_map_views as curate_maps
from frontend.maps import draw_views as drawing
from frontend.maps import embed_views, print_views, work_views
from frontend.maps import group_views as map_groups
from frontend.maps import import_views as map_imports
from frontend.maps import layer_order_views as map_order
from frontend.maps import listing_views as map_listings
from frontend.maps import proposal_views as map_proposals
from frontend.maps import spot_views as spots
from frontend.maps import table_views as map_tables
from frontend.maps import verification_views as map_verification
from frontend.maps import views as maps
from frontend.maps.feed import MapFeed
from frontend.matches import views as matches
from frontend.organisations import views as organisations
from frontend.plans import views as plans
from frontend.posting import views as posting
from frontend.programme import views as programme
from frontend.programme.feed import AgendaFeed
from frontend.search import views as search
from frontend.search.feed import SearchFeed
from frontend.statistics import views as statistics

_LISTING = "zoekertje/<int:listing_id>/"
_ORGANISATION = "organisatie/<slug:slug>/"
_OF_HUB, _OF_ORGANISATION = {"kind": "hub"}, {"kind": "organisation"}

urlpatterns: list[URLPattern | URLResolver] = [
    # For everyone.
    path("", search.home, name="home"),
    path("aantallen/", search.facets, name="search-facets"),
    path("zoekertjes.atom", SearchFeed(), name="search-feed"),
    path(_LISTING, listings.listing, name="listing"),
    path(f"{_LISTING}kaart/", search.map_card, name="listing-map-card"),
    path(f"{_LISTING}matches/", matches.matches, name="listing-matches"),
    path("hubs/", hubs.hubs, name="hubs"),
    path("hubs/<slug:slug>/", hubs.hub, name="hub"),
    path("hubs/<slug:slug>/koppels/", hubs.hub_pairs, name="hub-pairs"),
    path("hubs/<slug:slug>/impact/", impact.impact, _OF_HUB, name="hub-impact"),
    path("hubs/<slug:slug>/cijfers/", statistics.statistics, name="hub-statistics"),
    path("hubs/<slug:slug>/cijfers/cijfers.xlsx", statistics.book, name="hub-statistics-book"),
    path("hubs/<slug:slug>/cijfers/<slug:name>.csv", statistics.table, name="hub-statistics-table"),
    path("kaarten/", maps.maps, name="maps"),
    path("kaarten/element/<int:element_id>/", maps.element, name="map-element"),
    path("kaarten/laag/<int:layer_id>/tabel/", map_tables.table, name="map-table"),
    # For who edits in its layer; a map could be called by a number too.
    path("kaarten/bestand/<int:import_id>/", map_imports.map_import, name="map-import"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/", maps.material_map, name="map"),
    path("klopt-nog/<str:token>/", map_verification.verification, name="map-verification"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/wijzigingen.atom", MapFeed(), name="map-feed"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/afdruk/", print_views.printed_map, name="map-print"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/insluiten/", embed_views.embedded_map, name="map-embed"),
    path("agenda/", programme.agenda, name="agenda"),
    path("agenda/activiteiten.atom", AgendaFeed(), name="agenda-feed"),
    path("agenda/<int:activity_id>/", programme.activity, name="activity"),
    path("agenda/<int:activity_id>/activiteit.ics", programme.activity_calendar, name="activity-calendar"),
    path("methode/", impact.method, name="impact-method"),
    path("over/", about.about, name="about"),
    path("hulp/", about.help_page, name="help"),
    path("privacy/", about.privacy, name="privacy"),
    path("voorwaarden/", about.terms, name="terms"),
    path("contact/", about.contact, name="contact"),
    path("stijl/", about.style, name="style"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.index, name="sitemap"),
    path("sitemap-paginas.xml", crawling.pages, name="sitemap-pages"),
    path("sitemap-zoekertjes-<int:part>.xml", crawling.listings, name="sitemap-listings"),
    path("sitemap-elementen-<int:part>.xml", crawling.elements, name="sitemap-elements"),
    path("taal/setlang/", account.set_language, name="set_language"),
    path("account/bevestiging/opnieuw/", account.resend_confirmation, name="resend-confirmation"),
    path("post/weigeren/<str:token>/", letters.refuse, name="letters-refuse"),
    path("meldingen/stoppen/<str:token>/", alerts.stop, name="alerts-stop"),
    path("nog-beschikbaar/<str:token>/", freshness.freshness, name="freshness"),
    # Only where the demo runs.
    path("demo/post/", letters.demo_post, name="demo-post"),
    path("demo/post/<int:letter_id>/", letters.demo_post, name="demo-letter"),
    path("demo/post/<int:letter_id>/html/", letters.demo_letter_html, name="demo-letter-html"),
    path("demo/post/<int:letter_id>/bijlage/<int:number>/", letters.demo_letter_file, name="demo-letter-file"),
    # For who is logged in.
    path("meldingen/", alerts.alerts, name="alerts"),
    path("meldingen/nieuw/", alerts.new_search, name="alerts-new"),
    path("meldingen/matches/", alerts.match_alerts, name="match-alerts"),
    path("meldingen/<int:search_id>/", alerts.saved_search, name="saved-search"),
    path("meldingen/<int:search_id>/pauze/", alerts.pause_search, name="saved-search-pause"),
    path("meldingen/<int:search_id>/weg/", alerts.delete_search, name="saved-search-delete"),
    # For members of an organisation.
    path("plaatsen/", posting.post, name="post"),
    path(f"{_LISTING}wijzigen/", posting.edit, name="listing-edit"),
    path(f"{_LISTING}bewaren/", posting.autosave, name="listing-autosave"),
    path(f"{_LISTING}weggooien/", posting.delete_draft, name="listing-delete"),
    path(f"{_LISTING}omgeving/", posting.blur_site, name="listing-blur-site"),
    path(f"{_LISTING}stap/", listings.take_step, name="listing-step"),
    path(f"{_LISTING}foto/", posting.add_photo, name="listing-photo"),
    path(f"{_LISTING}foto/<int:photo_id>/weg/", posting.remove_photo, name="listing-photo-remove"),
    path(f"{_LISTING}weken/", capacity.weeks, name="service-weeks"),
    path(f"{_LISTING}weken/<int:booking_id>/weg/", capacity.cancel, name="booking-cancel"),
    path("mijn/zoekertjes/", listings.my_listings, name="my-listings"),
    path(f"{_LISTING}matches/verbergen/", matches.dismiss, name="match-dismiss"),
    path(f"{_LISTING}matches/tonen/", matches.show_again, name="match-show-again"),
    path("mijn/matches/", matches.my_matches, name="my-matches"),
    path(f"{_LISTING}aanvragen/", exchanges.request_exchange, name="exchange-request"),
    path(
        f"{_LISTING}keten/<int:service_id>/<int:demand_id>/voorstellen/",
        exchange_chains.propose_chain,
        name="chain-propose",
    ),
    path(f"{_LISTING}bundel/aanvragen/", bundles.request_bundle, name="bundle-request"),
    path(f"{_LISTING}vaste-afspraak/", agreements.ask_agreement, name="agreement-ask"),
    path("vaste-afspraken/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path(
        "vaste-afspraken/<int:agreement_id>/stap/<slug:name>/",
        agreements.take_agreement_step,
        name="agreement-step",
    ),
    path("vaste-afspraken/<int:agreement_id>/bericht/", exchange_talk.send_message, name="agreement-message"),
    path("vaste-afspraken/<int:agreement_id>/hub/", exchange_talk.invite_hub, name="agreement-invite-hub"),
    path("uitwisselingen/<int:exchange_id>/", exchanges.exchange, name="exchange"),
    path("uitwisselingen/<int:exchange_id>/stap/<slug:name>/", exchanges.take_step, name="exchange-step"),
    path("uitwisselingen/<int:exchange_id>/bericht/", exchange_talk.send_message, name="exchange-message"),
    path("uitwisselingen/<int:exchange_id>/bon/<int:statement_id>/", exchanges.weighing_slip, name="weighing-slip"),
    path("uitwisselingen/<int:exchange_id>/uren/", exchanges.state_hours, name="exchange-hours"),
    path("uitwisselingen/<int:exchange_id>/afspraak.ics", exchanges.appointment_calendar, name="exchange-calendar"),
    path("voorstellen/<int:proposal_id>/", proposals.proposal, name="proposal"),
    path("voorstellen/<int:proposal_id>/antwoord/", proposals.answer, name="proposal-answer"),
    path("voorstellen/<int:proposal_id>/intrekken/", proposals.withdraw, name="proposal-withdraw"),
    path("agenda/<slug:token>.ics", feeds.calendar_feed, name="calendar-feed"),
    path("mijn/agenda/", feeds.renew_feed, name="calendar-feed-renew"),
    path("mijn/agenda/weg/", feeds.stop_feed, name="calendar-feed-stop"),
    path("uitwisselingen/<int:exchange_id>/hub/", exchange_talk.invite_hub, name="exchange-invite-hub"),
    path("mijn/uitwisselingen/", exchanges.my_exchanges, name="my-exchanges"),
    path("bericht/foto/<int:photo_id>/", enquiries.message_photo, name="message-photo"),
    path("vraag/", enquiries.ask, name="ask-hub"),
    path("vraag/<int:enquiry_id>/", enquiries.enquiry, name="enquiry"),
    path("vraag/<int:enquiry_id>/bericht/", enquiries.write, name="enquiry-message"),
    path("vraag/<int:enquiry_id>/opnemen/", enquiries.take, name="enquiry-take"),
    path("vraag/<int:enquiry_id>/sluiten/", enquiries.close, name="enquiry-close"),
    path("mijn/vragen/", enquiries.my_enquiries, name="my-enquiries"),
    path("mijn/account/", account.my_account, name="my-account"),
    path("mijn/account/mails/", account.my_letters, name="my-letters"),
    path("organisatie/nieuw/", organisations.new_organisation, name="organisation-new"),
    path(_ORGANISATION, organisations.organisation, name="organisation"),
    path(f"{_ORGANISATION}beheer/", organisations.organisation_settings, name="organisation-settings"),
    path(f"{_ORGANISATION}logboek/", log.organisation_log, name="organisation-log"),
    path(f"{_ORGANISATION}impact/", impact.impact, _OF_ORGANISATION, name="organisation-impact"),
    path(f"{_ORGANISATION}impact/regels/", impact.lines, _OF_ORGANISATION, name="organisation-impact-lines"),
    path(f"{_ORGANISATION}impact/impact.csv", impact.table, _OF_ORGANISATION, name="organisation-impact-table"),
    path(f"{_ORGANISATION}impact/impact.xlsx", impact.book, _OF_ORGANISATION, name="organisation-impact-book"),
    path(f"{_ORGANISATION}vestiging/", organisations.edit_site, name="site-new"),
    path(f"{_ORGANISATION}vestiging/<int:site_id>/", organisations.edit_site, name="site-edit"),
    path(f"{_ORGANISATION}vestiging/<int:site_id>/weg/", organisations.remove_site, name="site-remove"),
    path(f"{_ORGANISATION}uitnodigen/", organisations.invite, name="invite"),
    path(
        f"{_ORGANISATION}uitnodiging/<int:invitation_id>/weg/",
        organisations.withdraw_invitation,
        name="invitation-withdraw",
    ),
    path(f"{_ORGANISATION}lid/<int:membership_id>/", organisations.change_member, name="member"),
    path(f"{_ORGANISATION}import/", imports.new_import, name="import-new"),
    path("uitnodiging/<slug:token>/", organisations.accept_invitation, name="accept-invitation"),
    path("import/<int:import_id>/", imports.import_report, name="import"),
    path("import/<int:import_id>/besluit/", imports.decide_import, name="import-decide"),
    path("import/<int:import_id>/bijsturen/", imports.mend_import, name="import-mend"),
    # For people who work for a hub.
    path("hubs/<slug:slug>/beheerders/", hub_staff.hub_staff, name="hub-staff"),
    path("hubs/<slug:slug>/beheerders/getoond/", hub_staff.show_me, name="hub-staff-show"),
    # For a hub's managers.
    path("hubs/<slug:slug>/beheerders/<int:staff_id>/", hub_staff.change_staff, name="hub-staff-change"),
    path(
        "hubs/<slug:slug>/beheerders/uitnodiging/<int:invitation_id>/weg/",
        hub_staff.withdraw_invitation,
        name="hub-staff-withdraw",
    ),
    path("hubs/<slug:slug>/logboek/", log.hub_log, name="hub-log"),
    path("hubs/<slug:slug>/beheer/", hubs.hub_settings, name="hub-settings"),
    path("hubs/<slug:slug>/gewichten/", hub_weights.hub_weights, name="hub-weights"),
    path("hubs/<slug:slug>/partner/zoeken/", hubs.find_partners, name="hub-partner-find"),
    # For a hub's staff.
    path("hubs/<slug:slug>/plan/", plans.hub_plan, name="hub-plan"),
    path("hubs/<slug:slug>/plan/maken/", plans.ask_plan, name="hub-plan-ask"),
    path("hubs/<slug:slug>/plan/stoppen/", plans.stop_plan, name="hub-plan-stop"),
    path("hubs/<slug:slug>/plan/plan.csv", plans.plan_table, name="hub-plan-table"),
    path("hubs/<slug:slug>/dubbels/", hub_duplicates.hub_duplicates, name="hub-duplicates"),
    path("hubs/<slug:slug>/dubbels/geen/", hub_duplicates.say_none, name="hub-no-duplicate"),
    path("hubs/<slug:slug>/dubbels/geen/<int:said_id>/terug/", hub_duplicates.take_back, name="hub-duplicate-again"),
    path("hubs/<slug:slug>/verificaties/", hub_verifications.hub_verifications, name="hub-verifications"),
    path("hubs/<slug:slug>/verificaties/<slug:organisation>/", hub_verifications.verify, name="hub-verify"),
    path(
        "hubs/<slug:slug>/verificaties/<int:verification_id>/intrekken/",
        hub_verifications.withdraw,
        name="hub-verification-withdraw",
    ),
    path("hubs/<slug:slug>/voorstellen/", proposing.propose, name="hub-propose"),
    path("hubs/<slug:slug>/voorstellen/<int:listing_id>/", proposing.choose, name="hub-propose-choose"),
    path(
        "hubs/<slug:slug>/voorstellen/<int:supply_id>/<int:demand_id>/",
        proposing.propose_pair,
        name="hub-propose-pair",
    ),
    path(
        "hubs/<slug:slug>/voorstellen/<int:supply_id>/dienst/<int:service_id>/",
        proposing_work.propose_work,
        name="hub-propose-work",
    ),
    path("hubs/<slug:slug>/opslag/<int:supply_id>/<int:demand_id>/", storage.hub_storage, name="hub-storage"),
    path("hubs/<slug:slug>/activiteit/", programme.new_activity, name="activity-new"),
    path("agenda/<int:activity_id>/wijzigen/", programme.edit_activity, name="activity-edit"),
    path("agenda/<int:activity_id>/publiceren/", programme.publish_activity, name="activity-publish"),
    path("agenda/<int:activity_id>/annuleren/", programme.cancel_activity, name="activity-cancel"),
    path("agenda/<int:activity_id>/weggooien/", programme.delete_activity, name="activity-delete"),
    path("hubs/<slug:slug>/vragen/", enquiries.hub_enquiries, name="hub-enquiries"),
    path("hubs/<slug:slug>/uitwisselingen/", board.hub_board, name="hub-board"),
    path("mijn/kaartvoorstellen/", map_proposals.my_proposals, name="my-map-proposals"),
    path("hubs/<slug:slug>/kaarten/", work_views.hub_work, name="hub-map-work"),
    path("hubs/<slug:slug>/kaarten/nieuw/", curate_maps.new_map, name="map-new"),
    path("hubs/<slug:slug>/kaarten/groepen/", map_groups.groups, name="map-groups"),
    path("hubs/<slug:slug>/kaarten/groepen/<int:group_id>/", map_groups.group, name="map-group"),
    path("hubs/<slug:slug>/kaarten/terug/", curate_maps.restore, name="map-restore"),
    path("kaarten/laag/<int:layer_id>/beheren/", curate_layers.edit_layer, name="map-layer"),
    path("kaarten/laag/<int:layer_id>/weg/", curate_layers.delete_layer, name="map-layer-delete"),
    path("kaarten/laag/<int:layer_id>/recht/", curate_layers.give_right, name="map-right-give"),
    path("kaarten/recht/<int:right_id>/weg/", curate_layers.take_right, name="map-right-take"),
    path("kaarten/laag/<int:layer_id>/element/", curate_elements.new_element, name="map-element-new"),
    path("kaarten/laag/<int:layer_id>/tekenen/", drawing.draw_new, name="map-draw-new"),
    path("kaarten/element/<int:element_id>/tekenen/", drawing.draw_element, name="map-draw-element"),
    path("kaarten/laag/<int:layer_id>/tabel/veel/", map_tables.many, name="map-many"),
    path("kaarten/laag/<int:layer_id>/tabel/terug/", map_tables.undo_many, name="map-many-undo"),
    path("kaarten/laag/<int:layer_id>/bestand/", map_imports.new_import, name="map-import-new"),
    path("kaarten/bestand/<int:import_id>/rij/<int:row_id>/", map_imports.import_row, name="map-import-row"),
    path("kaarten/bestand/<int:import_id>/naast/<int:other_id>/", map_beside.import_beside, name="map-import-beside"),
    path(
        "kaarten/bestand/<int:import_id>/naast/<int:other_id>/<int:row_id>/",
        map_beside.beside_row,
        name="map-import-beside-row",
    ),
    path("kaarten/bestand/<int:import_id>/kiezen/", map_imports.choose, name="map-import-choose"),
    path("kaarten/bestand/<int:import_id>/lezen/", map_imports.read_import, name="map-import-read"),
    path("kaarten/bestand/<int:import_id>/besluit/", map_imports.decide_import, name="map-import-decide"),
    path("kaarten/bestand/<int:import_id>/fouten.csv", map_imports.import_mistakes, name="map-import-mistakes"),
    path("kaarten/element/<int:element_id>/wijzigen/", curate_elements.edit_element, name="map-element-edit"),
    path("kaarten/element/<int:element_id>/stap/", curate_elements.element_step, name="map-element-step"),
    path("kaarten/voorstel/<int:proposal_id>/besluit/", curate_elements.decide_proposal, name="map-proposal"),
    path("kaarten/element/<int:element_id>/foto/", map_attachments.add_photo, name="map-photo-add"),
    path(
        "kaarten/element/<int:element_id>/foto/<int:photo_id>/woorden/",
        map_attachments.caption_photo,
        name="map-photo-caption",
    ),
    path(
        "kaarten/element/<int:element_id>/foto/<int:photo_id>/weg/",
        map_attachments.remove_photo,
        name="map-photo-remove",
    ),
    path("kaarten/element/<int:element_id>/document/", map_attachments.add_document, name="map-document-add"),
    path(
        "kaarten/element/<int:element_id>/document/<int:document_id>/weg/",
        map_attachments.remove_document,
        name="map-document-remove",
    ),
    path("kaarten/element/<int:element_id>/zoekertje/", map_listings.list_element, name="map-element-list"),
    path(
        "kaarten/element/<int:element_id>/zoekertje/namens/",
        map_listings.list_for_source,
        name="map-element-list-for-source",
    ),
    path("ter-plaatse/", spots.spot, name="spot"),
    path("ter-plaatse/sturen/", spots.spot_send, name="spot-send"),
    path("ter-plaatse/wie/", spots.spot_who, name="spot-who"),
    path("ter-plaatse/werker.js", spots.spot_worker, name="spot-worker"),
    path(f"{_LISTING}op-een-kaart/", map_listings.map_listing, name="listing-to-map"),
    # A hub could be called “laag”: what has a number comes before what has two names.
    path("kaarten/<slug:hub_slug>/<slug:slug>/beheren/", curate_maps.edit_map, name="map-edit"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/bewerken/", drawing.draw, name="map-draw"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/weg/", curate_maps.delete_map, name="map-delete"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/toon/", curate_maps.show_layer, name="map-show-layer"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/volgorde/", map_order.move_layer, name="map-move-layer"),
    path("kaarten/<slug:hub_slug>/<slug:slug>/laag/", curate_layers.new_layer, name="map-layer-new"),
    # A map could be called “materiaal”: its own pages come before cards of materials.
    path("kaarten/<slug:hub_slug>/materiaal/<slug:code>/", map_cards.card, name="material-card"),
    path(
        "uitwisselingen/<int:exchange_id>/opvolging/<slug:slug>/",
        exchange_follow_up.follow_up,
        name="exchange-follow-up",
    ),
    path("uitwisselingen/<int:exchange_id>/notitie/<slug:slug>/", exchange_follow_up.add_note, name="exchange-note"),
    path(
        "vaste-afspraken/<int:agreement_id>/opvolging/<slug:slug>/",
        exchange_follow_up.follow_up,
        name="agreement-follow-up",
    ),
    path(
        "vaste-afspraken/<int:agreement_id>/notitie/<slug:slug>/", exchange_follow_up.add_note, name="agreement-note"
    ),
    path("hubs/<slug:slug>/uitwisselingen/tabel.csv", board.board_table, name="hub-board-table"),
    path("hubs/<slug:slug>/impact/regels/", impact.lines, _OF_HUB, name="hub-impact-lines"),
    path("hubs/<slug:slug>/impact/impact.csv", impact.table, _OF_HUB, name="hub-impact-table"),
    path("hubs/<slug:slug>/impact/impact.xlsx", impact.book, _OF_HUB, name="hub-impact-book"),
    path("hubs/<slug:slug>/impact/organisaties/", impact.organisations, name="hub-impact-organisations"),
    path(
        "hubs/<slug:slug>/impact/organisaties.csv", impact.organisations_table, name="hub-impact-organisations-table"
    ),
    path("hubs/<slug:slug>/impact/organisaties.xlsx", impact.organisations_book, name="hub-impact-organisations-book"),
    path("hubs/<slug:slug>/partner/", hubs.add_partner, name="hub-partner-add"),
    path("hubs/<slug:slug>/partner/<int:partner_id>/weg/", hubs.remove_partner, name="hub-partner-remove"),
]
