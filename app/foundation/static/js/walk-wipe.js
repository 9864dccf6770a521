// On the page where one signs in nobody is signed in: what a reader's phone kept of a route is wiped. Unsent readings stay until they are sent.
"use strict";

walkKeep.wipeFor(null).catch(() => {});
