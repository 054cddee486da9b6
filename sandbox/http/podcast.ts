/** An episode of a podcast. */
export interface Episode {
	title: string;
	/** Where its audio is; also what tells it from others. */
	url: string;
	published: Date;
}

const escape = (text: string): string =>
	text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

const item = ({ title, url, published }: Episode): string => `
		<item>
			<title>${escape(title)}</title>
			<guid isPermaLink="false">${escape(url)}</guid>
			<pubDate>${published.toUTCString()}</pubDate>
			<enclosure url="${escape(url)}" type="audio/mpeg" length="0"/>
		</item>`;

/** Writes a podcast's feed (RSS 2.0), for workflows that begin with one. */
export const podcastFeed = (episodes: Episode[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0">
	<channel>
		<title>The sandbox's podcast</title>${episodes.map(item).join('')}
	</channel>
</rss>
`;
