/** Reads of flags in languages whose names are followed across files without imports. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace } from '../../rules/index.ts';

/** Every read in a repository of these files: SDK, key, type, and the type of the default. */
async function readsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { model } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  return model.flags.reads
    .map(({ facts, key }) => [facts.sdk, key, facts.type, facts.fallback?.value].map(String).join(' '))
    .sort();
}

describe('reads of flags', () => {
  it('in C#: by literal, constant, name of the argument, and behind a method of its own', async () => {
    const reads = await readsIn({
      'Shop/FeatureFlags.cs':
        'public static class FeatureFlags\n{\n    public const string NewCheckout = "new-checkout";\n}\n',
      'Shop/Checkout.cs': `using OpenFeature;
using Unleash;
public class Checkout
{
    public async Task<bool> Run()
    {
        if (_logger.IsEnabled(LogLevel.Debug)) return false;
        var on = await _client.GetBooleanValueAsync(FeatureFlags.NewCheckout, false);
        var text = await _client.GetStringValueAsync("banner", "none");
        return on && _unleash.IsEnabled("search-v2") && await IsFeatureOn("dark-mode");
    }
    private Task<bool> IsFeatureOn(string key) => _client.GetBooleanValueAsync(key, true);
}
`,
      'Shop/Search.cs': `public class Search
{
    public bool Ads(LdClient client, Context user) => client.BoolVariation("ads", user, false);
    public int Limit(IConfigCatClient configCat) => configCat.GetValue(key: "limit", defaultValue: 3);
}
`,
    });
    assert.deepEqual(reads, [
      'configcat limit undefined undefined',
      'launchdarkly ads boolean boolean',
      'openfeature banner string string',
      'openfeature dark-mode boolean undefined',
      'openfeature new-checkout boolean boolean',
      'unleash search-v2 boolean undefined',
    ]);
  });

  it('in Kotlin: by literal, constant, and behind a function of its own', async () => {
    const reads = await readsIn({
      'src/ToggleName.kt': `package shop

object ToggleName {
    const val NEW_CHECKOUT = "new-checkout"
    const val COUPONS = "coupons"
}
`,
      'src/Checkout.kt': `import dev.openfeature.sdk.Client
import io.getunleash.Unleash
import shop.ToggleName.COUPONS

class Checkout(private val client: Client, private val unleash: Unleash) {
    fun run(): Boolean {
        val on = client.getBooleanValue(ToggleName.NEW_CHECKOUT, false)
        val limit = client.getIntegerValue("limit", 3)
        return on && unleash.isEnabled("search-v2") && unleash.isEnabled(COUPONS) && isFeatureOn("dark-mode")
    }

    private fun isFeatureOn(key: String): Boolean = unleash.isEnabled(key)
}
`,
    });
    assert.deepEqual(reads, [
      'openfeature limit number number',
      'openfeature new-checkout boolean boolean',
      'unleash coupons boolean undefined',
      'unleash dark-mode boolean undefined',
      'unleash search-v2 boolean undefined',
    ]);
  });

  it('in Ruby: by text, symbol, name of the argument, and behind a method of its own', async () => {
    const reads = await readsIn({
      'app/checkout.rb': `class Checkout
  def run(user)
    on = client.fetch_boolean_value(flag_key: 'new-checkout', default_value: false)
    return on unless UNLEASH.is_enabled?('search-v2')
    feature_on?('dark-mode') && Statsig.check_gate(user, 'ads')
  end

  def feature_on?(key)
    UNLEASH.is_enabled?(key)
  end
end
`,
      'app/banner.rb':
        'Rails.configuration.ld_client.variation("banner", context, "none")\nlogger.enabled?(:debug)\n',
    });
    assert.deepEqual(reads, [
      'launchdarkly banner undefined string',
      'openfeature new-checkout boolean boolean',
      'statsig ads boolean undefined',
      'unleash dark-mode boolean undefined',
      'unleash search-v2 boolean undefined',
    ]);
  });

  it('in PHP: by text, name of the argument, and behind a method of its own', async () => {
    const reads = await readsIn({
      'src/Checkout.php': `<?php
use OpenFeature\\interfaces\\flags\\Client;

class Checkout
{
    public function run(Client $client, $user): bool
    {
        $on = $client->getBooleanValue('new-checkout', false);
        $limit = $this->configCat->getValue(key: 'limit', defaultValue: 3);
        return $on && $this->unleash->isEnabled("search-v2") && $this->isFeatureOn('dark-mode');
    }

    private function isFeatureOn(string $key): bool
    {
        return $this->unleash->isEnabled($key);
    }
}
`,
      'src/ads.php': "<?php\nPostHog::isFeatureEnabled('ads', $user);\n$cache->getValue('prices', []);\n",
    });
    assert.deepEqual(reads, [
      'configcat limit undefined undefined',
      'openfeature new-checkout boolean boolean',
      'posthog ads boolean undefined',
      'unleash dark-mode boolean undefined',
      'unleash search-v2 boolean undefined',
    ]);
  });

  it('in Rust: by text, constant, variant of an enum, and behind functions of its own', async () => {
    const reads = await readsIn({
      'src/flags.rs': `pub const NEW_CHECKOUT: &str = "new-checkout";

#[derive(Serialize, Deserialize, Enum)]
pub enum UserFeatures {
    #[serde(rename = "dark-mode")]
    DarkMode,
    Coupons,
}
`,
      'src/checkout.rs': `use crate::flags::{self, UserFeatures};
use launchdarkly_server_sdk::Client;
use unleash_api_client::client::Client as Unleash;

pub struct FeatureFlags { client: Client, unleash: Unleash<UserFeatures> }

impl FeatureFlags {
    pub fn bool_flag(&self, key: &str) -> bool {
        self.client.bool_variation(&self.context, key, false)
    }
}

pub fn run(flags: &FeatureFlags, unleash: &Unleash<UserFeatures>, client: &Client) -> bool {
    let banner = client.str_variation(&context(), "banner", "none".to_string());
    let on = client.bool_variation(&context(), flags::NEW_CHECKOUT, true);
    on && unleash.is_enabled(UserFeatures::DarkMode, None, false)
        && unleash.is_enabled(UserFeatures::Coupons, None, false)
        && flags.bool_flag("search-v2")
}

#[cfg(test)]
mod tests {
    fn reads(client: &Client) -> bool { client.bool_variation(&context(), "of-a-test", false) }
}
`,
      'src/ads.rs': `use open_feature::OpenFeature;
use posthog_rs::Client;

async fn ads(client: &open_feature::Client) -> bool {
    client.get_bool_value("ads", None, None).await.unwrap_or(false)
}

fn limits(posthog: &Client) -> bool {
    posthog.is_feature_enabled("limits".to_string(), "user".to_string(), None, None, None).unwrap()
}
`,
    });
    assert.deepEqual(reads, [
      'launchdarkly banner string undefined',
      'launchdarkly new-checkout boolean boolean',
      'launchdarkly search-v2 boolean undefined',
      'openfeature ads boolean undefined',
      'posthog limits boolean undefined',
      'unleash Coupons boolean undefined',
      'unleash dark-mode boolean undefined',
    ]);
  });
});
