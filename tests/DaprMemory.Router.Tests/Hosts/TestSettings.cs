namespace DaprMemory.Router.Tests.Hosts;

/// <summary>Configuration that a test replaces as a whole while the router runs.</summary>
sealed class TestSettings : ConfigurationProvider, IConfigurationSource
{
    public TestSettings(Dictionary<string, string?> settings) => Data = settings;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Replace(Dictionary<string, string?> settings)
    {
        Data = settings;
        OnReload();
    }
}
