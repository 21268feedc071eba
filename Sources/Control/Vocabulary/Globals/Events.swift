import Commands

/// `event.*`: what users hang handlers on with `method.set_key`. Whoever makes a thing happen fires its event.
func defineEvents(in map: CommandMap) {
    let ofDownloads = [
        ("inserted", "a download was added"), ("inserted_new", "a download was added that was not in the session"),
        ("inserted_session", "a download was added from the session"), ("erased", "a download was removed"),
        ("opened", "its files are open"), ("closed", "its files are closed"), ("resumed", "it trades with peers"),
        ("paused", "it no longer trades with peers"), ("finished", "its last wanted piece has come"),
        ("hash_queued", "it waits to be checked"), ("hash_removed", "its check was called off, or it was closed"),
        ("hash_done", "its check is done"), ("hash_failed", "its check could not be done"),
        ("hash_final_failed", "the check after its last piece found it incomplete"),
    ]
    for (name, help) in ofDownloads { map.event("event.download.\(name)", on: .download, help: help) }
    map.event("event.system.startup_done", help: "the session is loaded")
    map.event("event.system.shutdown", help: "the end has begun")
    map.event("event.view.show", help: "neutral: there is no terminal screen that shows views")
    map.event("event.view.hide", help: "neutral: there is no terminal screen that shows views")
}
