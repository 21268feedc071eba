/// The style and the script of all pages; nothing comes from elsewhere.
enum PageAssets {
    static let style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--line:#d8dee4;--row:#f6f8fa;
        --seed:#1a7f37;--leech:#9a6700;--link:#0757b8}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#30363d;--row:#161b22;
        --seed:#3fb950;--leech:#d29922;--link:#6cb2ff}}
        *{box-sizing:border-box}
        body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
        header,main,footer{max-width:72rem;margin:0 auto;padding:1rem}
        h1{font-size:1.4rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.1rem;margin:1.5rem 0 .5rem}header{padding-bottom:0}header p{margin:0 0 .5rem}
        a{color:var(--link)}
        a:focus-visible,input:focus-visible,button:focus-visible,summary:focus-visible{outline:3px solid var(--link);
        outline-offset:2px;border-radius:2px}
        .soft,footer{color:var(--soft)}
        .facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.5rem 0 0;padding:0;list-style:none}
        .facts b{font-variant-numeric:tabular-nums}
        form{display:flex;gap:.5rem;margin:0 0 1rem}
        input,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:6px;
        padding:.35rem .7rem}
        ::placeholder{color:var(--soft);opacity:1}
        input{flex:1;min-width:0;max-width:28rem}
        table{width:100%;border-collapse:collapse}
        th,td{padding:.4rem .6rem;text-align:right;border-bottom:1px solid var(--line);
        font-variant-numeric:tabular-nums;white-space:nowrap}
        th{position:sticky;top:0;background:var(--paper);font-weight:600}
        th a{color:inherit;text-decoration:none}
        th a:hover{text-decoration:underline}
        th[aria-sort] a::after{content:" ▼"}
        th[aria-sort=ascending] a::after{content:" ▲"}
        td:first-child,th:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere}
        tbody tr:nth-child(even){background:var(--row)}
        .hash{font:.8rem ui-monospace,monospace;color:var(--soft);overflow-wrap:anywhere}
        .seeds{color:var(--seed)}.leechers{color:var(--leech)}.none{color:#cf222e;font-weight:600}
        @media(prefers-color-scheme:dark){.none{color:#ff7b72}}
        nav{display:flex;gap:1rem;margin:1rem 0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:1rem 0}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        dd.hash,dd.magnet{font:.9rem/1.67 ui-monospace,monospace;color:inherit;word-break:break-all}
        .qr{width:12rem;max-width:60vw;height:auto;display:block}
        .graph{width:100%;height:9rem;display:block;border:1px solid var(--line);border-radius:6px}
        .graph .s{fill:none;stroke:var(--seed);stroke-width:2;vector-effect:non-scaling-stroke}
        .graph .l{fill:none;stroke:var(--leech);stroke-width:2;vector-effect:non-scaling-stroke}
        .empty{padding:2rem 0;text-align:center;color:var(--soft)}
        @media(max-width:44rem){
        table,thead,tbody,tr,td{display:block}
        thead tr{display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0 0 .6rem}
        th{position:static;border:0;padding:0;font-size:.9rem}
        th a{text-decoration:underline}
        tbody tr{padding:.6rem .2rem;border-bottom:1px solid var(--line)}
        td{display:inline-block;border:0;padding:.1rem .8rem .1rem 0;text-align:left;font-size:.9rem}
        td:first-child{display:block;font-size:1rem}
        td[data-label]::before{content:attr(data-label) " ";color:var(--soft)}
        td.blank{display:none}
        span.hash{font-size:.7rem}
        dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
        """

    /// Brings the numbers up to date every ten seconds while the page is looked at. Everything works without it.
    static let script = """
        (function(){
        "use strict";
        var main=document.querySelector("main");
        if(!main||!window.fetch||!window.DOMParser)return;
        function busy(){var a=document.activeElement;return document.hidden||(a&&a!==document.body)||
        String(window.getSelection())!=="";}
        setInterval(function(){
        if(busy())return;
        fetch(location.href,{headers:{Accept:"text/html"}}).then(function(r){return r.ok?r.text():null;}).then(function(t){
        if(!t||busy())return;
        var fresh=new DOMParser().parseFromString(t,"text/html");
        ["header","main"].forEach(function(n){
        var a=document.querySelector(n),b=fresh.querySelector(n);
        if(a&&b&&a.innerHTML!==b.innerHTML)a.replaceWith(document.importNode(b,true));});
        }).catch(function(){});
        },10000);
        })();
        """
}
