<?php
// Takes the events of webkyc at POST /hooks/webkyc. However often an event comes, it has its effect once.
// hash_hmac is all that the signature needs.
declare(strict_types=1);

http_response_code(500); // Until the work is done: PHP may answer 200 to a script that fails.

/** Whether webkyc signed this body within the last five minutes, with one of our secrets. */
function is_signed(string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!ctype_digit($time) || abs(time() - (int) $time) > 300) {
        return false;
    }
    // One whsec_… a line; more than one only while you replace it. Each is whsec_ and a key in base64.
    foreach (file(getenv('WEBHOOK_SECRET_FILE'), FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $secret) {
        $key = base64_decode(substr($secret, strlen('whsec_')), true);
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
        foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $signature) {
            if (hash_equals($expected, $signature)) { // in constant time
                return true;
            }
        }
    }
    return false;
}

/** Asks webkyc, because an event holds no answer. A failure is a 500: webkyc sends the event again. */
function is_over_18(string $signUp): bool
{
    $key = trim(file_get_contents(getenv('WEBKYC_KEY_FILE')));
    $call = ['header' => "Authorization: Bearer $key", 'timeout' => 10]; // webkyc waits 15 seconds for us
    $url = getenv('WEBKYC_URL') . "/sign-ups/$signUp";
    $answer = file_get_contents($url, false, stream_context_create(['http' => $call]));
    if ($answer === false) {
        throw new RuntimeException('webkyc does not answer');
    }
    $result = json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
    return $result['status'] === 'verified' && ($result['claims']['age_over_18']['value'] ?? null) === true;
}

/** The effect of an event, or null for a type that this shop does not know. */
function effect(array $event): ?string
{
    return match ($event['type']) {
        'sign_up.verified' => is_over_18($event['data']['id']) ? 'released' : 'refused',
        'sign_up.failed', 'sign_up.expired', 'sign_up.canceled' => 'not verified',
        'sign_up.redacted' => 'forgotten',
        default => null,
    };
}

$db = new PDO('sqlite:' . getenv('DATABASE'));
$db->exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY)');
$db->exec('CREATE TABLE IF NOT EXISTS effects (sign_up TEXT, effect TEXT)');

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    http_response_code(200);
    header('Content-Type: text/plain');
    $rows = $db->query("SELECT sign_up || ' ' || effect FROM effects ORDER BY rowid");
    exit(implode("\n", $rows->fetchAll(PDO::FETCH_COLUMN)));
}

$body = file_get_contents('php://input'); // The signature is over the bytes as they came.
if (!is_signed($body)) {
    http_response_code(401);
    exit;
}
$id = $_SERVER['HTTP_WEBHOOK_ID'];
$event = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
$seen = $db->prepare('SELECT 1 FROM events WHERE id = ?');
$seen->execute([$id]);
$done = $seen->fetch() ? null : effect($event);
if ($done !== null) {
    $db->beginTransaction(); // The primary key lets only one of two twins through.
    $insert = $db->prepare('INSERT OR IGNORE INTO events VALUES (?)');
    $insert->execute([$id]);
    if ($insert->rowCount() === 1) {
        $db->prepare('INSERT INTO effects VALUES (?, ?)')->execute([$event['data']['id'], $done]);
    }
    $db->commit();
}
http_response_code(204);
