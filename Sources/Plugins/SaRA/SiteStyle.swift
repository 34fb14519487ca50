/// The site's only style, in each page: nothing is fetched, nothing runs.
enum SiteStyle {
    /// Holds none of the characters that HTML and XML read apart in it.
    static let css = """

        :root{color-scheme:light dark;--paper:#fff;--ink:#17202c;--soft:#465163;--line:#d5dbe3;--card:#f5f7fa;\
        --accent:#0b4f9c;--band:#0b2d57;--on-band:#fff}
        @media (prefers-color-scheme:dark){:root{--paper:#10161f;--ink:#e8edf4;--soft:#b3bfce;--line:#334052;\
        --card:#18212d;--accent:#8fc1ff;--band:#0a1a30;--on-band:#fff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        a{color:var(--accent);text-underline-offset:.15em}
        a:focus-visible{outline:3px solid currentColor;outline-offset:3px;border-radius:2px}
        .skip{position:absolute;left:-999em}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem}
        header{background:var(--band);color:var(--on-band)}
        .bar{max-width:60rem;margin:0 auto;padding:1rem 1.25rem;display:flex;flex-wrap:wrap;gap:.5rem 2rem;\
        align-items:center;justify-content:space-between}
        header a,header span{color:var(--on-band)}
        .brand{margin:0;font-weight:700;font-size:1.15rem}.brand a{text-decoration:none}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:0;list-style:none}
        nav span{font-weight:700}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
        h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.2;margin:.75rem 0 1rem;text-wrap:balance}
        h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .75rem}
        p,li{max-width:44rem}.soft{color:var(--soft)}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem;margin:0;padding:1.25rem;\
        background:var(--card);border:1px solid var(--line);border-radius:.75rem}
        dt{font-size:.875rem;color:var(--soft)}dd{margin:0;font-weight:600}
        .jobs{list-style:none;margin:0;padding:0;display:grid;gap:.875rem}
        .jobs li{max-width:none;background:var(--card);border:1px solid var(--line);border-radius:.75rem;\
        padding:1rem 1.25rem}
        .jobs h2{margin:0 0 .25rem;font-size:1.15rem}.jobs p{margin:0;color:var(--soft)}
        .note{border-left:4px solid var(--accent);padding:.25rem 0 .25rem 1rem;color:var(--soft)}
        footer{border-top:1px solid var(--line);max-width:60rem;margin:0 auto;padding:1.25rem;color:var(--soft)}

        """
}
