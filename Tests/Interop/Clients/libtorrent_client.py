"""Moves one torrent with libtorrent; makes the file DONE when all of it is there and flushed.

usage: libtorrent_client.py TORRENT FOLDER ADDRESS:PORT DONE
"""

import libtorrent, sys, time
torrent, folder, listen, done = sys.argv[1:]
session = libtorrent.session({
    "listen_interfaces": listen, "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
    "enable_natpmp": False, "enable_incoming_utp": False, "enable_outgoing_utp": False,
    "allow_multiple_connections_per_ip": True,
    "alert_mask": libtorrent.alert.category_t.error_notification
    | libtorrent.alert.category_t.tracker_notification | libtorrent.alert.category_t.storage_notification})
wanted = libtorrent.add_torrent_params()
wanted.ti = libtorrent.torrent_info(torrent)
wanted.save_path = folder
handle = session.add_torrent(wanted)
flushing = False
while True:
    session.wait_for_alert(100)
    for alert in session.pop_alerts():
        print(alert, flush=True)
        if isinstance(alert, libtorrent.cache_flushed_alert) and flushing:
            open(done, "w").close()
    if handle.status().is_seeding and not flushing:
        flushing = True
        handle.flush_cache()
