import { podcastFeed } from '../../../sandbox/http/podcast';

describe("a podcast's feed", () => {
	const published = new Date('2026-11-02T06:00:00Z');

	it('names each episode, its time and its audio', () => {
		const feed = podcastFeed([
			{ title: 'One', url: 'http://127.0.0.1/one.mp3', published },
			{ title: 'Two', url: 'http://127.0.0.1/two.mp3', published },
		]);
		expect(feed.match(/<item>/g)).toHaveLength(2);
		expect(feed).toContain('<title>Two</title>');
		expect(feed).toContain('<enclosure url="http://127.0.0.1/two.mp3" type="audio/mpeg"');
		expect(feed).toContain('<pubDate>Mon, 02 Nov 2026 06:00:00 GMT</pubDate>');
	});

	it('escapes what would be a tag', () => {
		const feed = podcastFeed([
			{ title: 'Q&A <live>', url: 'http://127.0.0.1/?a=1&b=2', published },
		]);
		expect(feed).toContain('<title>Q&#38;A &#60;live&#62;</title>');
		expect(feed).toContain('url="http://127.0.0.1/?a=1&#38;b=2"');
	});
});
