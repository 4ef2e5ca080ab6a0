/// Looks again now and then, without a flicker; a page without it is loaded anew instead.
enum LiveScript {
  static let text = """
    'use strict';
    (() => {
      const seconds = Number(document.body.dataset.refresh);
      if (!seconds) return;
      const isBusy = () => {
        const active = document.activeElement;
        return active && active.closest('main form') || document.querySelector('details[open]');
      };
      const look = async () => {
        if (!document.hidden && !isBusy()) {
          try {
            const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
            if (answer.redirected) { location.reload(); return; }
            if (answer.ok) {
              const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
              document.querySelector('main').replaceWith(page.querySelector('main'));
              document.title = page.title;
              if (!page.body.dataset.refresh) return;
            }
          } catch (error) { /* The server is away: it is asked again. */ }
        }
        setTimeout(look, seconds * 1000);
      };
      setTimeout(look, seconds * 1000);
    })();

    """
}
