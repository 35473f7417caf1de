using DaprMemory.Router;
using Microsoft.Extensions.Options;

try
{
    await RouterApp.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    foreach (var failure in exception.Failures)
        Console.Error.WriteLine(failure);
    return 1;
}
