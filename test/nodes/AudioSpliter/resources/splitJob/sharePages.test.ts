import { findSharePage } from '../../../../../nodes/AudioSpliter/resources/splitJob/sharePages';

describe.each<[string, RegExp, string[]]>([
	[
		'a Google Drive share page',
		/uc\?export=download&id=FILE_ID.*Google Drive node/,
		[
			'https://drive.google.com/file/d/1AbC-dEf_G/view?usp=sharing',
			'https://drive.google.com/file/d/1AbC-dEf_G/view?usp=drive_link',
			'https://drive.google.com/file/d/1AbC-dEf_G/preview',
			'https://drive.google.com/file/d/1AbC-dEf_G/edit',
			'https://drive.google.com/file/u/0/d/1AbC-dEf_G/view',
			'https://drive.google.com/a/example.com/file/d/1AbC-dEf_G/view',
			'https://drive.google.com/open?id=1AbC-dEf_G',
			'https://drive.google.com/drive/folders/1AbC-dEf_G?usp=sharing',
			'https://drive.google.com/drive/u/1/folders/1AbC-dEf_G',
			'https://drive.google.com/folderview?id=1AbC',
			'https://docs.google.com/file/d/1AbC/edit',
			'https://docs.google.com/document/d/1AbC/edit',
			'HTTPS://DRIVE.GOOGLE.COM/file/d/1AbC/view',
		],
	],
	[
		'a Dropbox share page',
		/dl=1.*Dropbox node/,
		[
			'https://www.dropbox.com/s/a1b2c3/talk.mp3?dl=0',
			'https://www.dropbox.com/s/a1b2c3/talk.mp3',
			'https://dropbox.com/s/a1b2c3/talk.mp3?dl=0',
			'https://www.dropbox.com/scl/fi/a1b2/talk.mp3?rlkey=x1y2&st=z3&dl=0',
			'https://www.dropbox.com/scl/fo/a1b2/AbC?rlkey=x1y2&dl=0',
			'https://www.dropbox.com/sh/a1b2/AbC?dl=0',
			'https://www.dropbox.com/home/Talks?preview=talk.mp3',
			'https://www.dropbox.com/preview/Talks/talk.mp3?role=personal',
		],
	],
	[
		'a OneDrive share page',
		/onedrive\.live\.com\/download.*OneDrive node/,
		[
			'https://1drv.ms/u/s!AbC-dEf?e=xyz',
			'https://1drv.ms/u/c/0a1b2c/EaBc?e=xyz',
			'https://1drv.ms/f/s!AbC',
			'https://onedrive.live.com/?authkey=%21AbC&cid=0A1B&id=0A1B%21123&parId=root&o=OneUp',
			'https://onedrive.live.com/redir?resid=0A1B!123&authkey=!AbC',
			'https://onedrive.live.com/view.aspx?resid=0A1B!123',
			'https://onedrive.live.com/embed?cid=0A1B&resid=0A1B%21123&authkey=AbC',
		],
	],
	[
		'a SharePoint share page',
		/download=1.*SharePoint node/,
		[
			'https://contoso.sharepoint.com/:u:/s/Talks/EaBc?e=xyz',
			'https://contoso.sharepoint.com/:f:/s/Talks/EaBc',
			'https://contoso-my.sharepoint.com/:u:/g/personal/ann_contoso_com/EaBc?e=xyz',
			'https://contoso-my.sharepoint.com/:v:/r/personal/ann/Documents/talk.mp4?csf=1&web=1',
			'https://contoso-my.sharepoint.com/personal/ann/_layouts/15/onedrive.aspx?id=%2Ftalk.mp3',
			'https://contoso.sharepoint.com/sites/Talks/_layouts/15/stream.aspx?id=%2Ftalk.mp3',
			'https://contoso.sharepoint.com/sites/Talks/Shared%20Documents/Forms/AllItems.aspx',
			'https://agency.sharepoint.us/:u:/s/Talks/EaBc',
		],
	],
	[
		'a YouTube page',
		/'Binary File'/,
		[
			'https://www.youtube.com/watch?v=abc123',
			'https://youtube.com/shorts/abc123',
			'https://m.youtube.com/watch?v=abc123',
			'https://music.youtube.com/watch?v=abc123',
			'https://youtu.be/abc123?si=xyz',
			'https://www.youtube.com/live/abc123',
			'https://www.youtube.com/embed/abc123',
			'https://www.youtube-nocookie.com/embed/abc123',
			'https://www.youtube.com/playlist?list=PL1',
			'http://youtube.com/watch?v=abc123',
		],
	],
])('%s', (name, advice, links) => {
	it.each(links)('is %s', (link) => {
		expect(findSharePage(link)).toMatchObject({
			name,
			advice: expect.stringMatching(advice) as string,
		});
	});
});

describe('no share page', () => {
	it.each([
		'https://drive.google.com/uc?export=download&id=1AbC',
		'https://drive.google.com/uc?id=1AbC',
		'https://docs.google.com/uc?export=download&id=1AbC',
		'https://drive.usercontent.google.com/download?id=1AbC&export=download&confirm=t',
		'https://doc-0s-1c-docs.googleusercontent.com/docs/securesc/abc/talk.mp3',
		'https://lh3.googleusercontent.com/d/1AbC',
		'https://www.googleapis.com/drive/v3/files/1AbC?alt=media&key=k',
		'https://storage.googleapis.com/bucket/talk.mp3?X-Goog-Signature=a1',
		'https://www.dropbox.com/s/a1b2c3/talk.mp3?dl=1',
		'https://www.dropbox.com/scl/fi/a1b2/talk.mp3?rlkey=x1y2&st=z3&dl=1',
		'https://www.dropbox.com/scl/fi/a1b2/talk.mp3?rlkey=x1y2&raw=1',
		'https://www.dropbox.com/s/dl/a1b2c3/talk.mp3',
		'https://www.dropbox.com/s/raw/a1b2c3/talk.mp3',
		'https://dl.dropboxusercontent.com/s/a1b2c3/talk.mp3',
		'https://uc0a1b2.dl.dropboxusercontent.com/cd/0/get/AbC/file',
		'https://dl.dropbox.com/s/a1b2c3/talk.mp3',
		'https://onedrive.live.com/download?resid=0A1B!123&authkey=!AbC',
		'https://onedrive.live.com/download.aspx?resid=0A1B!123',
		'https://1drv.ms/u/c/0a1b2c/EaBc?e=xyz&download=1',
		'https://api.onedrive.com/v1.0/shares/u!aHR0/root/content',
		'https://public.bn.files.1drv.com/y4mAbC/talk.mp3?download&psid=1',
		'https://contoso.sharepoint.com/:u:/s/Talks/EaBc?e=xyz&download=1',
		'https://contoso.sharepoint.com/sites/Talks/_layouts/15/download.aspx?share=EaBc',
		'https://contoso.sharepoint.com/sites/Talks/Shared%20Documents/talk.mp3',
		'https://rr3---sn-abc.googlevideo.com/videoplayback?expire=1&mime=audio%2Fmp4',
		'https://bucket.s3.eu-central-1.amazonaws.com/talk.mp3?X-Amz-Signature=a1&X-Amz-Expires=3600',
		'https://example.com/youtube.com/watch?v=abc',
		'https://notyoutube.com/watch?v=abc',
		'https://drive.google.com.example.com/file/d/1AbC/view',
		'https://mydropbox.com/s/a1/talk.mp3?dl=0',
		'https://notsharepoint.com/:u:/s/a',
		'https://example.com/talk.mp3?dl=0',
	])('is %s', (link) => {
		expect(findSharePage(link)).toBeUndefined();
	});
});
