using System.Net;
using Microsoft.Data.Sqlite;

namespace DaprMemory.LocalSidecar.Tests.State;

public sealed class ExpiryTests : SidecarTest
{
    [Fact]
    public async Task Value_with_ttl_tells_its_expiry_in_whole_seconds_of_utc()
    {
        await SaveAsync("strong", "k", """ "metadata":{"ttlInSeconds":"60"} """);

        (await Dapr.GetAsync("/v1.0/state/strong/k")).Expiry.ShouldBe("2026-11-21T02:01:00Z");
    }

    [Fact]
    public async Task Expired_key_counts_as_missing_for_every_condition()
    {
        await SaveAsync("strong", "k", """ "metadata":{"ttlInSeconds":"30"} """);
        var etag = (await Dapr.GetAsync("/v1.0/state/strong/k")).ETag;
        (await Dapr.CreateAsync("k", "too early")).Status.ShouldBe(HttpStatusCode.InternalServerError);

        Time.Advance(TimeSpan.FromSeconds(29));
        (await Dapr.GetAsync("/v1.0/state/strong/k")).Status.ShouldBe(HttpStatusCode.OK);
        Time.Advance(TimeSpan.FromSeconds(1)); // and it is too early for the cleanup

        (await Dapr.GetAsync("/v1.0/state/strong/k")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SaveAsync("strong", "k", $" \"etag\":\"{etag}\" ")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await Dapr.SendAsync("DELETE", "/v1.0/state/strong/k", null, ("If-Match", etag!))).Status.ShouldBe(HttpStatusCode.Conflict);
        (await Dapr.CreateAsync("k", "again")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.GetAsync("/v1.0/state/strong/k")).ShouldSatisfyAllConditions(a => a.Body.ShouldBe("\"again\""), a => a.Expiry.ShouldBeNull());
    }

    [Fact]
    public async Task Ttl_in_the_url_wins_over_that_of_the_item()
    {
        await Dapr.PostAsync("/v1.0/state/strong?metadata.ttlInSeconds=5", """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"60"}}]""");

        (await Dapr.GetAsync("/v1.0/state/strong/k")).Expiry.ShouldBe("2026-11-21T02:00:05Z");
    }

    [Theory]
    [InlineData("strong", HttpStatusCode.OK)]
    [InlineData("redis", HttpStatusCode.NoContent)]
    public async Task Save_without_ttl_clears_the_expiry_except_in_redis(string store, HttpStatusCode later)
    {
        await SaveAsync(store, "k", """ "metadata":{"ttlInSeconds":"60"} """);
        await SaveAsync(store, "k", """ "metadata":{} """);
        Time.Advance(TimeSpan.FromSeconds(61));

        (await Dapr.GetAsync($"/v1.0/state/{store}/k")).Status.ShouldBe(later);
    }

    [Fact]
    public async Task Redis_forgets_expiry_when_told_so_with_minus_one()
    {
        await SaveAsync("redis", "k", """ "metadata":{"ttlInSeconds":"60"} """);
        await SaveAsync("redis", "k", """ "metadata":{"ttlInSeconds":"-1"} """);
        Time.Advance(TimeSpan.FromSeconds(61));

        (await Dapr.GetAsync("/v1.0/state/redis/k")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Expired_values_leave_the_file()
    {
        for (var i = 0; i < 3; i++)
            await SaveAsync("strong", $"k{i}", """ "metadata":{"ttlInSeconds":"5"} """);
        await SaveAsync("strong", "stays", """ "metadata":{} """);

        Time.Advance(TimeSpan.FromMinutes(2));
        await SaveAsync("strong", "after", """ "metadata":{} """); // answered behind the cleanup, by the same writer

        using var file = new SqliteConnection($"Data Source={Path.Combine(Folder.Data, "strong.db")};Mode=ReadOnly;Pooling=False");
        file.Open();
        using var count = file.CreateCommand();
        count.CommandText = "SELECT count(*) FROM state";
        count.ExecuteScalar().ShouldBe(2L);
    }

    Task<Answer> SaveAsync(string store, string key, string more) =>
        Dapr.PostAsync($"/v1.0/state/{store}", $$"""[{"key":"{{key}}","value":"v",{{more}}}]""");
}
