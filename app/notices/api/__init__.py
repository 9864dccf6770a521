"""What programs may do with notices: issue, print, send and deliver them, and keep what an office prints on them."""

from app.notices.api import mail, notices, settings

ROUTES = (notices.routes, mail.routes, settings.routes)
