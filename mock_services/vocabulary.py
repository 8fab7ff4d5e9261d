"""The words that invented people and their tasks are made of. Any resemblance to real people is accidental."""

FIRST_NAMES = (
    "Amara", "Anselm", "Basil", "Birgit", "Calliope", "Caspian", "Delphine", "Dmitri", "Eluned", "Emeka",
    "Farida", "Fergus", "Gwendolyn", "Hiroshi", "Ines", "Isolde", "Jasper", "Jovana", "Kestrel", "Kofi",
    "Leocadia", "Linus", "Mahalia", "Magnus", "Nadia", "Njord", "Odalys", "Orson", "Petra", "Priya",
    "Quentin", "Rosalind", "Rustam", "Saskia", "Soren", "Tamsin", "Tomasz", "Ulrike", "Viggo", "Zuleika",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Ashgrove", "Bellweather", "Birdsong", "Castellan", "Crane", "Dovecote", "Drummond", "Eberhart",
    "Fairwater", "Falk", "Gallowglass", "Greenleaf", "Hathersage", "Holloway", "Ibarra", "Ivory", "Jarrah",
    "Kingfisher", "Kowal", "Lanternman", "Larkspur", "Merriweather", "Moss", "Nakagawa", "Nightingale", "Okonjo",
    "Oxley", "Pemberton", "Quill", "Ravensworth", "Rosewater", "Sandoval", "Silvertop", "Tanager", "Thistlewood",
    "Underhill", "Vantongeren", "Wainwright", "Yarrow",
)  # fmt: skip
JOB_TITLES = (
    "Leasing Consultant", "Procurement Officer", "Facilities Engineer", "Payroll Analyst", "Property Manager",
    "Maintenance Supervisor", "Tenant Relations Partner", "Recruiter", "Landscape Architect", "Accountant",
    "Security Coordinator", "Quantity Surveyor", "Lift Technician", "Concierge", "Data Steward",
)  # fmt: skip
TOPICS = (
    "fire-drills", "parking", "canteen", "payday", "storm-warnings", "rooftop-garden", "lost-and-found", "new-leases",
)  # fmt: skip
PURCHASES = (
    "12 standing desks", "a replacement boiler", "400 door keys", "lift cable", "two ride-on mowers",
    "a coffee machine", "rooftop beehives", "smoke detectors", "a grand piano for the lobby", "window cleaning",
)  # fmt: skip
HR_REQUESTS = (
    "annual leave, 3 days", "parental leave, 16 weeks", "a change of manager", "overtime, 6 hours", "a promotion",
    "a transfer to the harbour office", "expenses for a client dinner", "a four-day week",
)  # fmt: skip
LEASES = (
    "lease renewal, Unit 12B at Harbour Court", "new lease, Penthouse at Larkspur House", "early termination, Shop 3",
    "rent concession, Unit 4A at Mill Lane", "pet addendum, Unit 7C at Orchard Row", "sublet, Studio 9 at the Gasworks",
)  # fmt: skip
