using DaprMemory.Curator;
using Microsoft.Extensions.Options;

try
{
    await CuratorApp.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    foreach (var failure in exception.Failures)
        Console.Error.WriteLine(failure);
    return 1;
}
