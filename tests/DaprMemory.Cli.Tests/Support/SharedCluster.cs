namespace DaprMemory.Cli.Tests.Support;

/// <summary>The tests that share a <see cref="ClusterFixture"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
