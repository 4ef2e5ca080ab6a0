/// How the pages look, by day and in a dark room.
enum StyleSheet {
  static let text = """
    :root {
      color-scheme: light dark;
      --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --faint: #57606a; --line: #d0d7de; --link: #0a4fa3;
      --ok: #1a7f37; --warning: #8a5a00; --critical: #b42318; --unknown: #6b3fa0; --running: #0a4fa3; --none: #d0d7de;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #0f1318; --card: #171c23; --text: #e4e8ed; --faint: #a3adb8; --line: #333c47; --link: #8fc1ff;
        --ok: #56c26b; --warning: #e0a83a; --critical: #ff7b6e; --unknown: #c39bff; --running: #8fc1ff; --none: #333c47;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
    a { color: var(--link); }
    a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .skip { position: absolute; left: -100vw; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
    header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .6rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
    header nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex: 1; }
    .brand { font-weight: 700; text-decoration: none; color: var(--text); }
    main { max-width: 82rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
    h2 { font-size: 1.1rem; margin-bottom: .3rem; }
    .lead { font-size: 1.05rem; overflow-wrap: anywhere; }
    small, .number { color: var(--faint); }
    td small { display: block; }
    .state { display: inline-block; white-space: nowrap; min-width: 5.6rem; text-align: center; font-weight: 700; font-size: .8rem; padding: .1rem .4rem; border: 2px solid currentColor; border-radius: .4rem; }
    .ok { color: var(--ok); } .warning { color: var(--warning); } .critical { color: var(--critical); }
    .unknown { color: var(--unknown); } .running { color: var(--running); } .overdue { color: var(--critical); font-weight: 700; }
    .goes { color: var(--warning); font-weight: 700; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; padding: 0; list-style: none; }
    .tile { background: var(--card); border: 1px solid var(--line); border-left: .5rem solid currentColor; border-radius: .5rem; }
    .tile a { display: block; padding: .5rem .8rem; color: inherit; text-decoration: none; font-weight: 600; }
    .tile b { display: block; font-size: 1.8rem; line-height: 1.1; }
    .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
    table { border-collapse: collapse; width: 100%; }
    caption { text-align: left; padding: .5rem .7rem; color: var(--faint); }
    th, td { text-align: left; padding: .35rem .7rem; border-top: 1px solid var(--line); vertical-align: top; }
    td { overflow-wrap: anywhere; } td.number { white-space: nowrap; text-align: right; }
    th { font-size: .85rem; color: var(--faint); white-space: nowrap; }
    .calendar { width: 210px; max-width: 32vw; height: 14px; vertical-align: middle; }
    svg .ok { fill: var(--ok); } svg .warning { fill: var(--warning); } svg .critical { fill: var(--critical); }
    svg .unknown { fill: var(--unknown); } svg .running { fill: var(--running); } svg .none { fill: var(--none); } svg .bar { fill: var(--link); }
    figure { margin: 0 0 1rem; } figcaption { color: var(--faint); }
    .plot { width: 100%; height: 90px; border-bottom: 1px solid var(--line); }
    .plots, .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; margin-top: 1rem; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .2rem 1rem .6rem; }
    meter { width: 100%; height: 1.2rem; }
    .message { background: var(--card); border: 1px solid var(--line); border-left: .4rem solid currentColor; padding: .6rem .8rem; border-radius: .3rem; white-space: pre-line; overflow-wrap: anywhere; }
    pre { max-width: 100%; overflow: auto; background: var(--page); border: 1px solid var(--line); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    fieldset { border: 1px solid var(--line); border-radius: .5rem; background: var(--card); margin: 0 0 1rem; }
    legend { font-weight: 600; }
    label { display: block; margin: .3rem 0; }
    .choice { display: flex; gap: .6rem; align-items: baseline; }
    .search label { display: inline; }
    .search { margin: .6rem 0; }
    input:not([type=radio]):not([type=checkbox]) { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--faint); border-radius: .4rem; padding: .4rem .6rem; max-width: 100%; }
    .login { max-width: 22rem; } .login input { display: block; width: 100%; }
    button { font: inherit; font-weight: 600; padding: .45rem 1rem; border: 0; border-radius: .4rem; background: var(--link); color: var(--card); cursor: pointer; }
    button[disabled] { opacity: .5; cursor: default; }
    button.quiet { background: none; color: var(--link); border: 1px solid var(--line); font-weight: 400; padding: .25rem .7rem; }
    ins { color: var(--ok); text-decoration: none; } del { color: var(--critical); text-decoration: none; }
    .pages { display: flex; gap: 1.5rem; }
    @media (max-width: 44rem) {
      main { padding: .6rem; }
      header nav { order: 3; flex: 1 0 100%; }
      header form { margin-left: auto; }
      .sections thead { display: none; }
      .sections tr { display: block; padding: .4rem .6rem; border-top: 1px solid var(--line); }
      .sections td { display: block; border: 0; padding: .1rem 0; text-align: left; }
      .sections td:nth-child(1), .sections td:nth-child(2) { display: inline-block; margin-right: .5rem; }
      .sections td:nth-child(5), .sections td:nth-child(6) { display: none; }
      .calendar { max-width: 100%; }
      th, td { padding: .35rem .45rem; }
      .state { min-width: 0; }
    }

    """
}
